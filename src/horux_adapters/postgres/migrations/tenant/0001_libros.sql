-- One taxpayer's books. Everything here belongs to one client alone.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE FUNCTION sin_acentos(texto text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, texto));

CREATE TABLE cfdis (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid_fiscal         uuid NOT NULL,
    version             text NOT NULL,
    tipo                char(1) NOT NULL CHECK (tipo IN ('I', 'E', 'T', 'N', 'P', 'R')),
    direccion           text NOT NULL CHECK (direccion IN ('emitido', 'recibido', 'ambas')),
    estado              text NOT NULL DEFAULT 'vigente' CHECK (estado IN ('vigente', 'cancelado')),
    fecha_cancelacion   timestamp,
    estado_verificado_en timestamptz,
    serie               text,
    folio               text,
    fecha_emision       timestamp NOT NULL,
    fecha_timbrado      timestamp,
    rfc_pac             text,
    rfc_emisor          text NOT NULL,
    nombre_emisor       text,
    regimen_emisor      text,
    rfc_receptor        text NOT NULL,
    nombre_receptor     text,
    uso_cfdi            text,
    cp_receptor         text,
    regimen_receptor    text,
    metodo_pago         text,
    forma_pago          text,
    condiciones_pago    text,
    moneda              text NOT NULL,
    tipo_cambio         numeric,
    tipo_cambio_declarado numeric,
    subtotal            numeric NOT NULL,
    descuento           numeric NOT NULL,
    total               numeric NOT NULL CHECK (total >= 0),
    total_mxn           numeric,
    exportacion         text,
    lugar_expedicion    text,
    iva_trasladado      numeric NOT NULL,
    iva_retenido        numeric NOT NULL,
    isr_retenido        numeric NOT NULL,
    ieps                numeric NOT NULL,
    ieps_retenido       numeric NOT NULL,
    loc_traslados       numeric NOT NULL,
    loc_retenciones     numeric NOT NULL,
    a_cuenta_terceros   numeric NOT NULL,
    combustible         boolean NOT NULL,
    global_periodo      date,
    global_periodicidad text,
    base_16             numeric NOT NULL,
    iva_16              numeric NOT NULL,
    base_8              numeric NOT NULL,
    iva_8               numeric NOT NULL,
    base_0              numeric NOT NULL,
    base_exento         numeric NOT NULL,
    base_otra_tasa      numeric NOT NULL,
    iva_otra_tasa       numeric NOT NULL,
    base_no_objeto      numeric NOT NULL,
    base_sin_desglose   numeric NOT NULL,
    ret_isr             numeric NOT NULL,
    ret_iva             numeric NOT NULL,
    ret_ieps            numeric NOT NULL,
    destino_iva         text CHECK (destino_iva IN ('gravado', 'mixto', 'exento')),
    acreditable_pct     numeric CHECK (acreditable_pct BETWEEN 0 AND 100),
    advertencias        jsonb,
    creado_en           timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX cfdis_uuid_fiscal_key ON cfdis (uuid_fiscal);
CREATE INDEX cfdis_fecha_emision_idx ON cfdis (fecha_emision DESC, id DESC);
CREATE INDEX cfdis_tipo_idx ON cfdis (tipo);
CREATE INDEX cfdis_rfc_emisor_idx ON cfdis (rfc_emisor);
CREATE INDEX cfdis_rfc_receptor_idx ON cfdis (rfc_receptor);
CREATE INDEX cfdis_nombres_trgm_idx ON cfdis
    USING gin (sin_acentos(nombre_emisor) gin_trgm_ops, sin_acentos(nombre_receptor) gin_trgm_ops);

-- Children carry no foreign key: they are written in the transaction of their CFDI, and none is ever deleted.
CREATE TABLE cfdi_xml (
    uuid_fiscal uuid PRIMARY KEY,
    sha256      bytea NOT NULL,
    tamano      integer NOT NULL,
    xml_zstd    bytea STORAGE EXTERNAL NOT NULL
);

CREATE TABLE cfdi_impuestos (
    uuid_fiscal uuid NOT NULL,
    n           smallint NOT NULL,
    clase       text NOT NULL,
    ambito      text NOT NULL,
    impuesto    text NOT NULL,
    factor      text,
    tasa        numeric,
    base        numeric,
    importe     numeric NOT NULL,
    PRIMARY KEY (uuid_fiscal, n)
);

CREATE TABLE cfdi_relaciones (
    uuid_fiscal      uuid NOT NULL,
    n                smallint NOT NULL,
    tipo_relacion    text NOT NULL,
    uuid_relacionado text NOT NULL,
    PRIMARY KEY (uuid_fiscal, n)
);
CREATE INDEX cfdi_relaciones_relacionado_idx ON cfdi_relaciones (uuid_relacionado);

CREATE TABLE cfdi_pagos (
    uuid_fiscal   uuid NOT NULL,
    n             smallint NOT NULL,
    fecha_pago    timestamp NOT NULL,
    forma_pago_p  text NOT NULL,
    moneda_p      text NOT NULL,
    tipo_cambio_p numeric,
    monto         numeric NOT NULL,
    num_operacion text,
    PRIMARY KEY (uuid_fiscal, n)
);

CREATE TABLE cfdi_pagos_doctos (
    uuid_fiscal       uuid NOT NULL,
    pago              smallint NOT NULL,
    n                 smallint NOT NULL,
    id_documento      text NOT NULL,
    moneda_dr         text NOT NULL,
    equivalencia      numeric NOT NULL,
    num_parcialidad   integer,
    imp_saldo_ant     numeric,
    imp_pagado        numeric NOT NULL,
    imp_saldo_insoluto numeric,
    objeto_imp_dr     text,
    con_impuestos     boolean NOT NULL,
    base_16           numeric NOT NULL,
    iva_16            numeric NOT NULL,
    base_8            numeric NOT NULL,
    iva_8             numeric NOT NULL,
    base_0            numeric NOT NULL,
    base_exento       numeric NOT NULL,
    base_otra_tasa    numeric NOT NULL,
    iva_otra_tasa     numeric NOT NULL,
    base_no_objeto    numeric NOT NULL,
    base_sin_desglose numeric NOT NULL,
    ieps              numeric NOT NULL,
    ret_isr           numeric NOT NULL,
    ret_iva           numeric NOT NULL,
    ret_ieps          numeric NOT NULL,
    PRIMARY KEY (uuid_fiscal, pago, n)
);
CREATE INDEX cfdi_pagos_doctos_documento_idx ON cfdi_pagos_doctos (id_documento);

CREATE TABLE cfdi_nomina (
    uuid_fiscal        uuid PRIMARY KEY,
    tipo_nomina        text NOT NULL,
    fecha_pago         date NOT NULL,
    periodo_inicial    date,
    periodo_final      date,
    dias               numeric,
    total_percepciones numeric NOT NULL,
    total_deducciones  numeric NOT NULL,
    total_otros_pagos  numeric NOT NULL,
    total_gravado      numeric NOT NULL,
    total_exento       numeric NOT NULL,
    isr_retenido       numeric NOT NULL,
    imss               numeric NOT NULL,
    subsidio           numeric NOT NULL,
    curp               text,
    num_empleado       text,
    regimen            text
);

CREATE TABLE cfdi_retenciones (
    uuid_fiscal     uuid PRIMARY KEY,
    cve_retenc      text NOT NULL,
    ejercicio       integer NOT NULL,
    mes_ini         smallint NOT NULL,
    mes_fin         smallint NOT NULL,
    monto_operacion numeric NOT NULL,
    monto_gravado   numeric NOT NULL,
    monto_exento    numeric NOT NULL,
    monto_retenido  numeric NOT NULL
);

-- What the books still have to work out; written with the change that made it necessary.
CREATE TABLE iva_pendientes (
    uuid_fiscal uuid PRIMARY KEY
);

CREATE TABLE iva_eventos (
    uuid_fiscal       uuid NOT NULL,
    pago              smallint NOT NULL,
    docto             smallint NOT NULL,
    lado              text NOT NULL CHECK (lado IN ('emitido', 'recibido')),
    n                 smallint NOT NULL,
    periodo           date NOT NULL,
    fecha             date NOT NULL,
    regla             text NOT NULL,
    articulo          text NOT NULL,
    motivo            text,
    destino           text,
    no_acreditable    numeric NOT NULL,
    retenido_no_acreditable numeric NOT NULL,
    base_16           numeric NOT NULL,
    iva_16            numeric NOT NULL,
    base_8            numeric NOT NULL,
    iva_8             numeric NOT NULL,
    base_0            numeric NOT NULL,
    base_exento       numeric NOT NULL,
    base_otra_tasa    numeric NOT NULL,
    iva_otra_tasa     numeric NOT NULL,
    base_no_objeto    numeric NOT NULL,
    base_sin_desglose numeric NOT NULL,
    ieps              numeric NOT NULL,
    ret_isr           numeric NOT NULL,
    ret_iva           numeric NOT NULL,
    ret_ieps          numeric NOT NULL,
    PRIMARY KEY (uuid_fiscal, pago, docto, lado, n)
);
CREATE INDEX iva_eventos_periodo_idx ON iva_eventos (periodo);

CREATE TABLE cfdi_avisos (
    uuid_fiscal uuid NOT NULL,
    n           smallint NOT NULL,
    codigo      text NOT NULL,
    detalle     text NOT NULL,
    PRIMARY KEY (uuid_fiscal, n)
);

CREATE TABLE iva_mensual (
    periodo                date PRIMARY KEY,
    iva_trasladado         numeric NOT NULL,
    iva_retenido           numeric NOT NULL,
    identificado           numeric NOT NULL,
    mixto                  numeric NOT NULL,
    factor                 numeric NOT NULL,
    retenido_mes_anterior  numeric NOT NULL,
    iva_acreditable        numeric NOT NULL,
    iva_no_acreditable     numeric NOT NULL,
    retenido_a_terceros    numeric NOT NULL,
    retenido_acreditable   numeric NOT NULL,
    resultado              numeric NOT NULL,
    saldo_anterior         numeric NOT NULL,
    saldo_a_favor_aplicado numeric NOT NULL,
    saldo_a_favor          numeric NOT NULL,
    a_pagar                numeric NOT NULL,
    a_pagar_pesos          numeric NOT NULL,
    base_16                numeric NOT NULL,
    iva_16                 numeric NOT NULL,
    base_8                 numeric NOT NULL,
    iva_8                  numeric NOT NULL,
    base_0                 numeric NOT NULL,
    base_exento            numeric NOT NULL,
    base_no_objeto         numeric NOT NULL,
    calculado_en           timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE isr_mensual (
    periodo         date NOT NULL,
    regimen         text NOT NULL,
    ingresos_mes    numeric NOT NULL,
    ingresos_acum   numeric NOT NULL,
    deducciones_mes numeric NOT NULL,
    deducciones_acum numeric NOT NULL,
    coeficiente     numeric,
    base            numeric NOT NULL,
    isr_causado     numeric NOT NULL,
    pagos_previos   numeric NOT NULL,
    retenciones     numeric NOT NULL,
    isr_a_pagar     numeric NOT NULL,
    calculado_en    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (periodo, regimen)
);

CREATE TABLE alertas (
    id         uuid PRIMARY KEY,
    codigo     text NOT NULL,
    severidad  text NOT NULL,
    entidad    text NOT NULL DEFAULT '',
    periodo    date,
    titulo     text NOT NULL,
    detalle    text NOT NULL,
    uuids      uuid[] NOT NULL DEFAULT '{}',
    limite     date,
    estado     text NOT NULL DEFAULT 'abierta' CHECK (estado IN ('abierta', 'atendida', 'cerrada')),
    abierta_en timestamptz NOT NULL DEFAULT now(),
    cerrada_en timestamptz
);
CREATE UNIQUE INDEX alertas_una_key ON alertas (codigo, entidad, periodo) NULLS NOT DISTINCT
    WHERE estado <> 'cerrada';

CREATE TABLE calendario_fiscal (
    id           uuid PRIMARY KEY,
    obligacion   text NOT NULL,
    regimen      text NOT NULL,
    periodo      date NOT NULL,
    vence        date NOT NULL,
    estado       text NOT NULL DEFAULT 'pendiente'
                 CHECK (estado IN ('pendiente', 'presentada', 'vencida', 'no_aplica')),
    presentada_en timestamptz,
    UNIQUE (obligacion, regimen, periodo)
);
CREATE INDEX calendario_fiscal_vence_idx ON calendario_fiscal (vence);

-- Valid from its year until the next year that has a row.
CREATE TABLE configuracion_fiscal (
    anio           integer PRIMARY KEY CHECK (anio BETWEEN 1990 AND 2200),
    valores        jsonb NOT NULL,
    actualizado_en timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE declaraciones (
    impuesto         text NOT NULL CHECK (impuesto IN ('iva', 'isr')),
    periodo          date NOT NULL,
    presentada_en    date NOT NULL,
    monto            numeric NOT NULL,
    saldo_solicitado numeric NOT NULL DEFAULT 0,
    PRIMARY KEY (impuesto, periodo)
);
