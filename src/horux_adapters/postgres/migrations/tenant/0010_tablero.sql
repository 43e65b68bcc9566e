-- What each document puts into the result of the month of its Fecha, in MXN; none while nobody knows its rate.
CREATE TABLE tablero_importes (
    uuid_fiscal uuid NOT NULL,
    concepto    text NOT NULL CHECK (concepto IN ('ingreso', 'nota_emitida', 'gasto', 'nota_recibida', 'nomina')),
    periodo     date NOT NULL,
    importe     numeric,
    PRIMARY KEY (uuid_fiscal, concepto)
);
CREATE INDEX tablero_importes_periodo_idx ON tablero_importes (periodo);

-- Their sum by month.
CREATE TABLE tablero_mensual (
    periodo    date NOT NULL,
    concepto   text NOT NULL,
    importe    numeric NOT NULL,
    sin_cambio integer NOT NULL,
    PRIMARY KEY (periodo, concepto)
);

-- What is owed of each invoice, in MXN, at the end of each month from `desde` to the one before `hasta`.
CREATE TABLE tablero_saldos (
    uuid_fiscal uuid NOT NULL,
    lado        text NOT NULL CHECK (lado IN ('emitido', 'recibido')),
    desde       date NOT NULL,
    hasta       date,
    fecha       date NOT NULL,
    saldo       numeric NOT NULL,
    PRIMARY KEY (uuid_fiscal, lado, desde)
);

-- What no figure in MXN can have.
CREATE INDEX cfdis_sin_cambio_idx ON cfdis (uuid_fiscal)
    WHERE tipo = 'I' AND moneda <> 'MXN' AND tipo_cambio IS NULL AND tipo_cambio_capturado IS NULL;

CREATE OR REPLACE FUNCTION analizar_libros() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    ANALYZE (SKIP_LOCKED)
        public.cfdis, public.cfdi_xml, public.cfdi_impuestos, public.cfdi_relaciones, public.cfdi_pagos,
        public.cfdi_pagos_doctos, public.cfdi_nomina, public.cfdi_retenciones, public.cfdi_avisos,
        public.iva_eventos, public.iva_mensual, public.isr_movimientos, public.isr_mensual,
        public.tablero_importes, public.tablero_saldos;
END
$$;

-- Marked for a rule that changed, the document is as it was, and so is what the tables above hold of it.
ALTER TABLE iva_pendientes ADD COLUMN por_regla boolean NOT NULL DEFAULT false;

-- What was entered before has nothing here yet.
INSERT INTO iva_pendientes SELECT uuid_fiscal FROM cfdis ON CONFLICT DO NOTHING;

-- What the calendar asks of each month: whether there was payroll, a payment, or a tax withheld from others.
CREATE INDEX cfdi_nomina_fecha_pago_idx ON cfdi_nomina (fecha_pago);
CREATE INDEX cfdi_pagos_fecha_pago_idx ON cfdi_pagos (fecha_pago);
CREATE INDEX iva_eventos_retenidos_idx ON iva_eventos (periodo)
    INCLUDE (lado, ret_isr, ret_iva, retenido_no_acreditable)
    WHERE ret_isr <> 0 OR ret_iva <> 0 OR retenido_no_acreditable <> 0;
