-- What became of every backup, and of each thing in it: which is the last that is proven can be told from here.
CREATE TABLE respaldos (
    id         text PRIMARY KEY CHECK (id ~ '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$'),
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    state      text NOT NULL CHECK (state IN ('en_curso', 'completo', 'parcial', 'cortado', 'retirado'))
);
CREATE INDEX respaldos_started_idx ON respaldos (started_at DESC);

CREATE TABLE respaldo_archivos (
    respaldo      text NOT NULL REFERENCES respaldos (id) ON DELETE CASCADE,
    clave         text NOT NULL,
    tipo          text NOT NULL CHECK (tipo IN ('fiel', 'central', 'cliente')),
    tenant_id     uuid,
    rfc           text NOT NULL,
    database_name text NOT NULL,
    server        text NOT NULL,
    state         text NOT NULL CHECK (state IN ('probado', 'sin_probar', 'fallido')),
    octets        bigint NOT NULL CHECK (octets >= 0),
    sha256        text NOT NULL,
    filas         bigint NOT NULL CHECK (filas >= 0),
    seconds       double precision NOT NULL,
    verified_at   timestamptz,
    error         text,
    PRIMARY KEY (respaldo, clave)
);
COMMENT ON COLUMN respaldo_archivos.tenant_id IS 'sin llave foránea: el respaldo de un cliente dura más que él';
CREATE INDEX respaldo_archivos_probado_idx ON respaldo_archivos (clave, verified_at DESC) WHERE state = 'probado';
