-- One document may have more warnings than a smallint counts.
ALTER TABLE cfdi_avisos ALTER COLUMN n TYPE integer;

-- After a big load what is known of the tables is out of date until the server looks again by itself. The role that
-- enters the documents owns no table and may not look: this does it, for the books' tables alone.
CREATE FUNCTION analizar_libros() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    ANALYZE (SKIP_LOCKED)
        public.cfdis, public.cfdi_xml, public.cfdi_impuestos, public.cfdi_relaciones, public.cfdi_pagos,
        public.cfdi_pagos_doctos, public.cfdi_nomina, public.cfdi_retenciones, public.cfdi_avisos,
        public.iva_eventos, public.iva_mensual;
END
$$;
REVOKE ALL ON FUNCTION analizar_libros() FROM PUBLIC;
