-- What each document puts into the months of each régimen (FISCAL.md 4): the months are their sum.
CREATE TABLE isr_movimientos (
    uuid_fiscal uuid NOT NULL,
    n           integer NOT NULL,
    pago        smallint NOT NULL,
    docto       smallint NOT NULL,
    clase       text NOT NULL CHECK (clase IN
                ('ingreso', 'exento', 'deduccion', 'no_deducible', 'retencion', 'retenido_a_terceros')),
    regimen     text NOT NULL,
    periodo     date NOT NULL,
    fecha       date NOT NULL,
    importe     numeric NOT NULL,
    regla       text NOT NULL,
    articulo    text NOT NULL,
    PRIMARY KEY (uuid_fiscal, n)
);
CREATE INDEX isr_movimientos_periodo_idx ON isr_movimientos (periodo);

-- Nothing was put down in it before this.
ALTER TABLE isr_mensual
    ADD COLUMN a_pagar_pesos numeric NOT NULL,
    ADD COLUMN tasa_pct      numeric,
    ADD COLUMN ptu           numeric NOT NULL,
    ADD COLUMN perdidas      numeric NOT NULL;

CREATE OR REPLACE FUNCTION analizar_libros() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    ANALYZE (SKIP_LOCKED)
        public.cfdis, public.cfdi_xml, public.cfdi_impuestos, public.cfdi_relaciones, public.cfdi_pagos,
        public.cfdi_pagos_doctos, public.cfdi_nomina, public.cfdi_retenciones, public.cfdi_avisos,
        public.iva_eventos, public.iva_mensual, public.isr_movimientos, public.isr_mensual;
END
$$;

-- What was entered before has no movements yet.
INSERT INTO iva_pendientes SELECT uuid_fiscal FROM cfdis ON CONFLICT DO NOTHING;
