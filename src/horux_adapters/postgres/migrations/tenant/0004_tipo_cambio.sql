-- The rate the accountant gave for a document in a foreign currency, in place of its XML's (CFF 20).
ALTER TABLE cfdis ADD COLUMN tipo_cambio_capturado numeric CHECK (tipo_cambio_capturado > 0);
