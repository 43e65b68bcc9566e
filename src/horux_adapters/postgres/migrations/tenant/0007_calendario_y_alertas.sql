-- Obligations are worked out when they are asked for (FISCAL.md 5): kept is only what a person said of one, and with it
-- what it was then, for it stays even when the books no longer show it. Nothing was ever written to the first table.
DROP TABLE calendario_fiscal;
CREATE TABLE calendario_fiscal (
    obligacion    text NOT NULL,
    periodo       date NOT NULL,
    nombre        text NOT NULL,
    periodicidad  smallint NOT NULL,
    regimenes     text[] NOT NULL,
    limite        date NOT NULL,
    fundamento    text NOT NULL,
    estado        text NOT NULL CHECK (estado IN ('pendiente', 'presentada', 'vencida', 'no_aplica')),
    aviso         date,
    prevista      boolean NOT NULL,
    presentada_en date,
    nota          text NOT NULL,
    PRIMARY KEY (obligacion, periodo)
);

-- Each reminder once; those of one `lote` are told in one mail.
CREATE TABLE calendario_recordatorios (
    obligacion text NOT NULL,
    periodo    date NOT NULL,
    momento    text NOT NULL,
    lote       uuid NOT NULL,
    PRIMARY KEY (obligacion, periodo, momento)
);

-- One row for each alert there ever was: it closes, and opens again, as the facts say (FISCAL.md 6).
DROP TABLE alertas;
CREATE TABLE alertas (
    n              bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id             uuid PRIMARY KEY,
    codigo         text NOT NULL,
    entidad        text NOT NULL,
    periodo        date,
    severidad      text NOT NULL CHECK (severidad IN ('baja', 'media', 'alta', 'crítica')),
    detalle        text NOT NULL,
    uuids          text[] NOT NULL,
    limite         date,
    estado         text NOT NULL CHECK (estado IN ('abierta', 'atendida', 'cerrada')),
    abierta_en     timestamptz NOT NULL,
    actualizada_en timestamptz NOT NULL,
    atendida_en    timestamptz,
    cerrada_en     timestamptz
);
CREATE UNIQUE INDEX alertas_una_key ON alertas (codigo, entidad, periodo) NULLS NOT DISTINCT;

-- When the facts of the last review of the alerts were read.
CREATE TABLE alertas_revision (
    unica    boolean PRIMARY KEY DEFAULT true CHECK (unica),
    leida_en timestamptz NOT NULL
);

-- Who is on the 69-B list for good: what they issue credits nothing.
CREATE TABLE efos_definitivos (
    rfc text PRIMARY KEY
);
