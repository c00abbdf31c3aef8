-- What a broadcast's events have besides their data: channels, metadata, headers, how long they are kept.
ALTER TABLE broadcasts ADD COLUMN extras TEXT;

-- The end of the certificate in an endpoint's TLS settings that the operator was told of, so that it is told once.
ALTER TABLE endpoints ADD COLUMN certificate_told INTEGER;
