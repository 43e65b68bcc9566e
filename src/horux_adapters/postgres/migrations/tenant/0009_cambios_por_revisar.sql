-- Each change of a document, of what the SAT says of one or of what the bank pays of it, that no review of the alerts
-- has seen; NULL of very many.
CREATE TABLE alertas_cambios (
    n           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid_fiscal uuid
);

-- What the last review stood on besides documents, empty so that the next one looks at all of them.
ALTER TABLE alertas_revision ADD COLUMN huella text NOT NULL DEFAULT '';

-- What the books came to when a return was noted: later changes of that month are told (SPEC 3).
ALTER TABLE declaraciones ADD COLUMN calculado numeric;
