package webhooks_test

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/nuncio-webhooks/nuncio/sdks/go/webhooks"
)

func Example() {
	clock := webhooks.WithClock(func() time.Time { return time.Unix(1614265330, 0) })
	hook, err := webhooks.New("standard", []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, clock)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := webhooks.Request{
		Header: http.Header{
			"Webhook-Id":        {"msg_p5jXN8AQM9LWM0D4loKWxJek"},
			"Webhook-Timestamp": {"1614265330"},
			"Webhook-Signature": {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		},
		Body: []byte(`{"test": 2432232314}`),
	}
	event, err := hook.Verify(request)
	fmt.Println(event.ID, err)

	request.Body = []byte(`{"test": 1}`)
	_, err = hook.Verify(request)
	var refusal *webhooks.VerificationError
	fmt.Println(errors.As(err, &refusal), refusal.Status, err)
	// Output:
	// msg_p5jXN8AQM9LWM0D4loKWxJek <nil>
	// true 401 no signature in `webhook-signature` matches the request
}
