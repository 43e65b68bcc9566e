-- What the provider of payments sends by itself: each notice as it came, and what became of it.
CREATE TABLE notices (
    n           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid NOT NULL,
    received_at timestamptz NOT NULL,
    verdict     text NOT NULL,
    topic       text,
    reference   text,
    query       text NOT NULL,
    headers     jsonb NOT NULL,
    body        bytea NOT NULL,
    remote      text NOT NULL,
    state       text NOT NULL
                CHECK (state IN ('pendiente', 'procesado', 'sin_dueno', 'muerto', 'ignorado', 'rechazado')),
    delivery    text,
    attempts    integer NOT NULL DEFAULT 0,
    last_error  text,
    ended_at    timestamptz
);
CREATE UNIQUE INDEX notices_id_key ON notices (id);
CREATE UNIQUE INDEX notices_delivery_key ON notices (delivery);
CREATE INDEX notices_state_idx ON notices (state, n DESC);
CREATE INDEX notices_refused_idx ON notices (received_at) WHERE state = 'rechazado';
CREATE INDEX notices_ended_idx ON notices (ended_at) WHERE ended_at IS NOT NULL;
