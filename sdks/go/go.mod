module github.com/nuncio-webhooks/nuncio/sdks/go

go 1.19
