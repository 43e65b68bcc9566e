-- What the SAT's metadata says of each CFDI (FISCAL.md 8), apart from the books: no tax comes of a row without its XML.
CREATE TABLE metadata_sat (
    uuid_fiscal         uuid PRIMARY KEY,
    rfc_emisor          text NOT NULL,
    nombre_emisor       text NOT NULL,
    rfc_receptor        text NOT NULL,
    nombre_receptor     text NOT NULL,
    rfc_pac             text NOT NULL,
    fecha_emision       timestamp NOT NULL,
    fecha_certificacion timestamp,
    monto               numeric NOT NULL,
    efecto              char(1) NOT NULL CHECK (efecto IN ('I', 'E', 'T', 'N', 'P', 'R')),
    estado              text NOT NULL CHECK (estado IN ('vigente', 'cancelado')),
    fecha_cancelacion   timestamp,
    monto_retenido      numeric,
    rfc_tercero         text NOT NULL,
    nombre_tercero      text NOT NULL,
    importado_en        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX metadata_sat_fecha_emision_idx ON metadata_sat (fecha_emision);

-- Each metadata file that was read: from its first CFDI to its last nothing of its side is missing, if it is complete.
CREATE TABLE metadata_archivos (
    huella       text NOT NULL,
    archivo      text NOT NULL,
    direccion    text NOT NULL CHECK (direccion IN ('emitido', 'recibido')),
    retenciones  boolean NOT NULL,
    desde        timestamp NOT NULL,
    hasta        timestamp NOT NULL,
    renglones    integer NOT NULL,
    completo     boolean NOT NULL,
    importado_en timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (huella, archivo)
);
