-- The private address of each client's calendar: one at a time, kept as the hash of its secret.
CREATE TABLE calendario_feeds (
    tenant_id  uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    token_hash text NOT NULL,
    creado_por uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    creado_en  timestamptz NOT NULL
);
CREATE UNIQUE INDEX calendario_feeds_token_hash_key ON calendario_feeds (token_hash);

-- The SAT's list of CFF 69-B as it was last uploaded, for all clients.
CREATE TABLE lista_69b (
    rfc       text PRIMARY KEY,
    nombre    text NOT NULL,
    situacion text NOT NULL,
    publicado date
);
CREATE TABLE lista_69b_carga (
    unica      boolean PRIMARY KEY DEFAULT true CHECK (unica),
    al_dia     date,
    cargada_en timestamptz NOT NULL
);
