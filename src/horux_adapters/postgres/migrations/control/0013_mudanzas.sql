-- Moving a client to another server is a run like taking it in and letting it go.
ALTER TABLE provisioning_runs DROP CONSTRAINT provisioning_runs_kind_check;
ALTER TABLE provisioning_runs ADD CONSTRAINT provisioning_runs_kind_check CHECK (kind IN ('alta', 'baja', 'mudanza'));
ALTER TABLE provisioning_runs ADD COLUMN source text, ADD COLUMN target text;
COMMENT ON COLUMN provisioning_runs.target IS 'sin llave foránea: la mudanza que terminó dura más que el servidor';
CREATE INDEX provisioning_runs_moves_idx ON provisioning_runs (tenant_id) WHERE kind = 'mudanza';
