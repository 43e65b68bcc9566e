-- The bank's account of the books (FISCAL.md 7.1): no tax comes of it.
CREATE TABLE conciliacion_cuentas (
    id     uuid PRIMARY KEY,
    clave  text NOT NULL UNIQUE,
    nombre text NOT NULL,
    moneda text NOT NULL
);

CREATE TABLE conciliacion_cargas (
    id         uuid PRIMARY KEY,
    cuenta     uuid NOT NULL REFERENCES conciliacion_cuentas,
    archivo    text NOT NULL,
    desde      date NOT NULL,
    hasta      date NOT NULL,
    cargada_en timestamptz NOT NULL
);

-- The id is what a movement is known by: the same statement gives the same.
CREATE TABLE conciliacion_renglones (
    n           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id          uuid PRIMARY KEY,
    cuenta      uuid NOT NULL REFERENCES conciliacion_cuentas,
    carga       uuid NOT NULL REFERENCES conciliacion_cargas,
    fecha       date NOT NULL,
    importe     numeric NOT NULL,
    monto       numeric NOT NULL CHECK (monto >= 0),
    signo       char(1) NOT NULL CHECK (signo IN ('+', '-')),
    descripcion text NOT NULL,
    referencia  text NOT NULL,
    saldo       numeric,
    linea       integer NOT NULL,
    estado      text NOT NULL CHECK (estado IN
                ('conciliado', 'sugerido', 'rechazado', 'sin_documento', 'comision_bancaria', 'traspaso')),
    aceptada    uuid
);
CREATE INDEX conciliacion_renglones_fecha_idx ON conciliacion_renglones (fecha DESC, n DESC);

-- Ways to explain a row, best first: the first settles it where its `estado` is no suggestion. The id is that of the
-- explanation, so that both rows of a transfer have it.
CREATE TABLE conciliacion_propuestas (
    renglon       uuid NOT NULL,
    orden         smallint NOT NULL,
    id            uuid NOT NULL,
    estado        text NOT NULL,
    regla         text NOT NULL,
    puntaje       numeric NOT NULL,
    diferencia    numeric NOT NULL,
    contrarenglon uuid,
    PRIMARY KEY (renglon, orden)
);
CREATE INDEX conciliacion_propuestas_id_idx ON conciliacion_propuestas (id);

CREATE TABLE conciliacion_partes (
    renglon     uuid NOT NULL,
    orden       smallint NOT NULL,
    n           smallint NOT NULL,
    uuid_fiscal uuid NOT NULL,
    pago        smallint,
    importe     numeric NOT NULL,
    PRIMARY KEY (renglon, orden, n)
);
CREATE INDEX conciliacion_partes_uuid_fiscal_idx ON conciliacion_partes (uuid_fiscal);

-- What is never proposed again.
CREATE TABLE conciliacion_rechazos (
    id            uuid PRIMARY KEY,
    renglon       uuid NOT NULL,
    contrarenglon uuid,
    documentos    text[] NOT NULL,
    rechazado_en  timestamptz NOT NULL
);
