-- How much each client keeps, measured now and then: looking them all over opens none of their databases.
CREATE TABLE client_usage (
    tenant_id   uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    cfdis       integer NOT NULL CHECK (cfdis >= 0),
    octets      bigint NOT NULL CHECK (octets >= 0),
    measured_at timestamptz NOT NULL
);
CREATE INDEX provisioning_runs_rfc_idx ON provisioning_runs (rfc, started_at DESC);
