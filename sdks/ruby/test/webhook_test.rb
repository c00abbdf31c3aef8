# frozen_string_literal: true

require_relative "helper"

class WebhookTest < Minitest::Test
  include Nuncio::Webhooks
  include Sender

  def verify(dialect, body, secret = SECRET, **changes)
    headers = Sender.headers(dialect, secret, body).merge(changes.fetch(:headers, {})).compact
    Webhook.new(SECRET, dialect: dialect).verify(body, headers, now_ms: NOW_MS)
  end

  def check_event(dialect, body, expected)
    event = verify(dialect, body)
    time = event.time&.strftime("%Y-%m-%dT%H:%M:%S.%LZ")
    found = [event.id, event.type, time, event.tenant, event.delivery_id]
    assert_equal expected, found, dialect
    assert_equal({ "n" => 1.5 }, event.data)
    assert_equal JSON.parse(body), event.payload
    assert_equal dialect, event.dialect
  end

  def test_events_are_found_where_the_dialect_puts_them
    seconds = "2026-04-26T12:34:56.000Z"
    ms = "2026-04-26T12:34:56.123Z"
    check_event("inviolet", %({"event":"approval.granted","organization_id":"org_1","created_at":"2026-04-26T12:34:56Z","data":{"n":1.5}}),
                [nil, "approval.granted", seconds, "org_1", "0191d2a4-0000-7000-8000-000000000001"])
    check_event("ventryx", %({"id":"evt_1","type":"a.b","created_at":"#{ms}","data":{"n":1.5}}),
                ["evt_1", "a.b", ms, nil, "del_1"])
    check_event("github", %({"n":1.5}), [nil, "push", nil, nil, "0191d2a4-0000-7000-8000-000000000002"])
    check_event("stripe", %({"id":"evt_1","created":1777206896,"data":{"n":1.5},"type":"a.b"}),
                ["evt_1", "a.b", seconds, nil, nil])
    check_event("pagerduty", %({"event":{"id":"evt_1","event_type":"a.b","occurred_at":"#{ms}","data":{"n":1.5}}}),
                ["evt_1", "a.b", ms, nil, "0191d2a4-0000-7000-8000-000000000003"])
    check_event("cloudevents", %({"id":"evt_1","source":"/tenants/org_1","type":"a.b","time":"#{ms}","data":{"n":1.5}}),
                ["evt_1", "a.b", ms, "org_1", nil])
    check_event("cloudevents-binary", %({"n":1.5}), ["evt_1", "order.paid", ms, "org_1", nil])
  end

  def test_forms_become_a_hash_of_texts
    event = Webhook.new("12345678", dialect: "twilio").verify(FORM, FORM_HEADERS, url: FORM_URL)
    assert_equal({ "To" => "+18005551212", "CallSid" => "CA1", "From" => "a b" }, event.data)
    assert_equal "t1", event.delivery_id
  end

  def test_during_a_rotation_either_secret_fits
    webhook = Webhook.new([SECRET, OLD_SECRET], dialect: "yativo")
    [SECRET, OLD_SECRET].each_with_index do |secret, key|
      assert_equal key, webhook.verify("{}", Sender.headers("yativo", secret, "{}")).key
    end
  end

  def check_body(body, message)
    error = assert_raises(MalformedBody) { verify("ventryx", body) }
    assert_equal ["malformed_body", 400, "the body is malformed: #{message}"], [error.code, error.status, error.message]
  end

  def test_genuine_requests_with_another_body_are_malformed
    check_body("", "it is no JSON")
    check_body("{", "it is no JSON")
    check_body("{} {}", "it is no JSON")
    check_body("\"\xff\"".b, "it is no JSON")
    check_body("[" * 100_000, "it is no JSON")
    check_body("[]", "its envelope is no object")
    check_body(%({"id":1}), "its event_id is no text")
    check_body(%({"created_at":"2026-02-30T00:00:00Z"}), "its event_time_rfc3339_ms is no time")
  end

  def check_refusal(dialect, headers, kind, status, message)
    error = assert_raises(kind) { verify(dialect, "{}", headers: headers) }
    assert_equal [status, "Invalid signature", message], [error.status, error.text, error.message]
  end

  def test_refusals_say_what_is_wrong_and_what_to_answer
    check_refusal("yativo", { "X-Webhook-Signature" => nil }, MissingHeader, 400,
                  "the header `X-Webhook-Signature` is missing")
    check_refusal("yativo", { "x-webhook-signature" => "0" }, MalformedHeader, 400,
                  "the header `X-Webhook-Signature` is malformed: it is there twice")
    check_refusal("yativo", { "X-Webhook-Signature" => "\xff".b }, BadSignature, 401,
                  "no signature in `X-Webhook-Signature` matches the request")
    check_refusal("inviolet", { "inviolet-timestamp" => nil }, MissingHeader, 401,
                  "the header `inviolet-timestamp` is missing")
    check_refusal("inviolet", { "inviolet-timestamp" => "1777206596122" }, TooOld, 401,
                  "the request was signed 301 s ago, more than the 300 s that are allowed")
    check_refusal("inviolet", { "inviolet-timestamp" => "1777207196124" }, TooNew, 401,
                  "the request was signed 301 s in the future, more than the 300 s that are allowed")
    check_refusal("stripe", { "Stripe-Signature" => "v1=00" }, MalformedHeader, 400,
                  "the header `Stripe-Signature` is malformed: it holds no time")
  end

  def test_tolerance_can_be_narrowed
    webhook = Webhook.new(SECRET, dialect: "inviolet", tolerance_s: 10)
    headers = Sender.headers("inviolet", SECRET, "{}")
    assert_raises(TooOld) { webhook.verify("{}", headers, now_ms: NOW_MS + 11_000) }
  end

  def check_setup(message, secrets, **options)
    error = assert_raises(ConfigurationError) { Webhook.new(secrets, **options) }
    assert_includes error.message, message
  end

  def test_what_cannot_work_is_refused_where_it_is_set_up
    check_setup("the endpoint's secret is missing", nil)
    check_setup("the endpoint's secret is missing", [SECRET, ""])
    check_setup("must hold base64", "whsec_%%%%%")
    # The last character holds bits that no byte needs; a line break was copied along.
    check_setup("must hold base64", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB==")
    check_setup("blank", "whsec_AAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAA")
    check_setup("no valid ed25519 key", "whpk_AAAA")
    # No point of the curve, then one of small order, under which anyone can make signatures.
    check_setup("no valid ed25519 key", "whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    check_setup("no valid ed25519 key", "whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    check_setup("it must have 8 to 256", "short", dialect: "yativo")
    check_setup("is a space", "two words", dialect: "cloudevents")
    check_setup("give one of standard, ", SECRET, dialect: "acme")
    check_setup("signs no time", SECRET, dialect: "github", tolerance_s: 60)
    check_setup("give 0 or more", SECRET, tolerance_s: -1)
    [{}, { "name" => "a" }, { "name" => "a", "signature" => {} }].each do |broken|
      check_setup("is incomplete", SECRET, dialect: broken)
    end
    assert_raises(ConfigurationError) do
      Webhook.new(SECRET, dialect: "square").verify("{}", { "x-square-hmacsha256-signature" => "0" })
    end
  end

  def test_secrets_are_never_shown
    webhook = Webhook.new("topsecret-topsecret", dialect: "yativo")
    refute_includes webhook.inspect + webhook.instance_variable_get(:@keys).inspect, "topsecret"
  end

  ACME = {
    "name" => "acme", "secret" => { "key" => "utf8", "format" => "hex", "bytes" => 32 },
    "header" => [{ "name" => "Acme-Time", "value" => "timestamp_s" }],
    "signature" => {
      "header" => "Acme-Signature", "grammar" => "pairs", "separator" => ";",
      "content" => ["method", { "text" => " " }, "url", { "text" => " " }, "timestamp_s", { "text" => " " }, "body"],
      "scheme" => [{ "version" => "v9", "algorithm" => "hmac-sha256", "output" => "hex" }]
    },
    "body" => { "format" => "json",
                "members" => [{ "name" => "kind", "value" => "event_type" }, { "name" => "data", "value" => "data" }] },
    "receiver" => { "tolerance_s" => 60, "answers" => { "missing" => 422, "invalid" => 403, "text" => "No" } }
  }.freeze

  def test_own_dialects_are_data_too
    webhook = Webhook.new("12345678", dialect: ACME)
    body = %({"kind":"a.b","data":1})
    mac = Sender.mac("12345678", "PUT https://a.example/ 1777206896 #{body}")
    headers = { "Acme-Time" => "1777206896", "Acme-Signature" => "v8=00; v9=#{mac}" }
    event = webhook.verify(body, headers, method: "PUT", url: "https://a.example/", now_ms: NOW_MS)
    assert_equal ["a.b", "v9", 1], [event.type, event.version, event.data]
    assert_equal 422, assert_raises(MissingHeader) { webhook.verify(body, {}) }.status
  end

  def accepting(version)
    scheme = { "output" => "hex" }
    Webhook.new(SECRET, dialect: {
      "name" => "acme", "secret" => { "key" => "utf8", "format" => "hex", "bytes" => 32 },
      "signature" => {
        "header" => "Acme-Signature", "grammar" => "pairs", "content" => "body",
        "scheme" => [{ "version" => "v1", "algorithm" => "hmac-sha1", **scheme },
                     { "version" => "v2", "algorithm" => "hmac-sha256", **scheme }]
      },
      "body" => { "format" => "json" }, "receiver" => { "versions" => [version] }
    })
  end

  def test_only_accepted_versions_count
    headers = { "Acme-Signature" => "v2=#{Sender.mac(SECRET, "{}")}" }
    assert_equal "v2", accepting("v2").verify("{}", headers).version
    assert_raises(BadSignature) { accepting("v1").verify("{}", headers) }
  end
end
