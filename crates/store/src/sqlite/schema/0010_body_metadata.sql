-- The entries of the tenant's metadata that an attempt's body held, a JSON object; NULL for none: most dialects send none.
ALTER TABLE attempts ADD COLUMN metadata TEXT;
