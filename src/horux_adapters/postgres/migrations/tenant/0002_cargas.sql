-- How far each big upload has got: a row per stretch of it, written in the transaction that entered its files.
CREATE TABLE cfdi_cargas (
    job_id  uuid NOT NULL,
    hasta   integer NOT NULL CHECK (hasta >= 0),
    outcome jsonb NOT NULL,
    PRIMARY KEY (job_id, hasta)
);
