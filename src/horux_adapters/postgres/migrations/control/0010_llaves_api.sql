-- API keys: the secret is kept as a hash; `prefix` is what its owner recognises it by. Who made it may be gone.
CREATE TABLE api_keys (
    id               uuid PRIMARY KEY,
    tenant_id        uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    nombre           text NOT NULL,
    prefix           text NOT NULL,
    token_hash       text NOT NULL,
    scopes           text[] NOT NULL
        CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['cfdi:read', 'cfdi:write', 'reportes:read']),
    created_by       uuid NOT NULL,
    created_by_email text NOT NULL,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz,
    last_used_at     timestamptz
);
CREATE UNIQUE INDEX api_keys_token_hash_key ON api_keys (token_hash);
CREATE INDEX api_keys_tenant_idx ON api_keys (tenant_id);
