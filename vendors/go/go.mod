module nuncio/vendors

go 1.26.0

require (
	github.com/PagerDuty/go-pagerduty v1.8.0
	github.com/cloudevents/sdk-go/v2 v2.16.2
	github.com/google/go-github/v75 v75.0.0
	github.com/nuncio-webhooks/nuncio/sdks/go v0.0.0
	github.com/slack-go/slack v0.35.0
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
	github.com/stripe/stripe-go/v82 v82.5.1
	github.com/svix/svix-webhooks v1.99.1
	github.com/twilio/twilio-go v1.31.0
)

replace github.com/nuncio-webhooks/nuncio/sdks/go => ../../sdks/go

require (
	github.com/golang/mock v1.6.0 // indirect
	github.com/google/go-querystring v1.1.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/gorilla/websocket v1.5.3 // indirect
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/modern-go/concurrent v0.0.0-20180306012644-bacd9c7ef1dd // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.27.0 // indirect
)
