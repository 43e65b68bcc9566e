-- When a deed was done is the database's to say: whoever may add to the trail cannot date what it adds.
ALTER TABLE audit_log ALTER COLUMN at SET DEFAULT now();
