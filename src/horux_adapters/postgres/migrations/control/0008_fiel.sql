-- The central copy of each client's e.firma: every component sealed by itself, beside it what may be shown.
-- The checks keep out what could not be read: one row of nobody's making would stop whoever goes round them all.
CREATE TABLE fiel_credentials (
    tenant_id              uuid PRIMARY KEY REFERENCES tenants (id),
    rfc                    text NOT NULL,
    nombre                 text NOT NULL,
    rfc_representante      text,
    numero_certificado     text NOT NULL,
    valido_desde           timestamptz NOT NULL CHECK (valido_desde BETWEEN '1950-01-01Z' AND '9998-12-31 23:59:59Z'),
    valido_hasta           timestamptz NOT NULL CHECK (valido_hasta BETWEEN '1950-01-01Z' AND '9998-12-31 23:59:59Z'),
    cadena                 text NOT NULL CHECK (cadena IN ('revisada', 'no_revisada')),
    uploaded_at            timestamptz NOT NULL CHECK (uploaded_at BETWEEN '2000-01-01Z' AND '9000-01-01Z'),
    seal_id                uuid NOT NULL,
    number                 bigint NOT NULL CHECK (number BETWEEN 1 AND 999999999999999999),
    key_version            text NOT NULL,
    cer_data               bytea NOT NULL,
    cer_iv                 bytea NOT NULL,
    cer_tag                bytea NOT NULL,
    key_data               bytea NOT NULL,
    key_iv                 bytea NOT NULL,
    key_tag                bytea NOT NULL,
    key_password_encrypted bytea NOT NULL,
    password_iv            bytea NOT NULL,
    password_tag           bytea NOT NULL,
    metadata_data          bytea NOT NULL,
    metadata_iv            bytea NOT NULL,
    metadata_tag           bytea NOT NULL
);
CREATE INDEX fiel_credentials_valido_hasta_idx ON fiel_credentials (valido_hasta);

-- The book of use (libro de uso): each entry's hash covers the one before, its MAC is under the vault's key of that
-- version. The service may add to it and read it.
CREATE TABLE fiel_uses (
    tenant_id     uuid NOT NULL,
    seq           bigint NOT NULL CHECK (seq BETWEEN 1 AND 999999999999999999),
    at            timestamptz NOT NULL CHECK (at BETWEEN '2000-01-01Z' AND '9000-01-01Z'),
    kind          text NOT NULL
        CHECK (kind IN ('alta', 'reemplazo', 'uso', 'rotacion', 'destruccion', 'curacion', 'aceptacion')),
    who           uuid,
    who_name      text NOT NULL,
    reason        text NOT NULL,
    components    text[] NOT NULL CHECK (
        components <@ '{certificate,private_key,password,metadata}' AND cardinality(components) <= 4
        AND coalesce(array_ndims(components), 1) = 1
    ),
    origin        text NOT NULL,
    seal_id       uuid NOT NULL,
    previous_hash text NOT NULL,
    key_version   text NOT NULL,
    hash          text NOT NULL,
    mac           text NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

-- Each is signed. The signature is part of the key: one that somebody puts there first keeps no other out.
CREATE TABLE fiel_receipts (
    n                  bigint GENERATED ALWAYS AS IDENTITY,
    seal_id            uuid NOT NULL,
    number             bigint NOT NULL CHECK (number BETWEEN 1 AND 9000000000000000000),
    tenant_id          uuid NOT NULL,
    rfc                text NOT NULL,
    numero_certificado text NOT NULL,
    destroyed_at       timestamptz NOT NULL CHECK (destroyed_at BETWEEN '2000-01-01Z' AND '9000-01-01Z'),
    destroyed_by       text NOT NULL,
    reason             text NOT NULL,
    key_version        text NOT NULL,
    public_key         text NOT NULL,
    signature          text NOT NULL,
    PRIMARY KEY (tenant_id, number, signature)
);
CREATE UNIQUE INDEX fiel_receipts_tenant_n_key ON fiel_receipts (tenant_id, n DESC);

-- Which warnings of expiry were told, once for each certificate.
CREATE TABLE fiel_expiry_notes (
    tenant_id          uuid NOT NULL,
    numero_certificado text NOT NULL,
    dias               integer NOT NULL,
    told_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, numero_certificado, dias)
);

-- Which troubles the operator was told of, once a fiscal day.
CREATE TABLE fiel_trouble_notes (
    tenant_id uuid NOT NULL,
    health    text NOT NULL,
    dia       date NOT NULL,
    told_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, health, dia)
);
