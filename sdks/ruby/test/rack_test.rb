# frozen_string_literal: true

require_relative "helper"
require "net/http"
require "rack"
require "rack/lint"
require "rack/handler/webrick"

# Over real HTTP, through Rack's own check of its contract.
class RackTest < Minitest::Test
  include Nuncio::Webhooks
  include Sender

  QUIET = WEBrick::Log.new(File::NULL)

  def serve(app)
    server = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", Logger: QUIET, AccessLog: [])
    server.mount("/", Rack::Handler::WEBrick, Rack::Lint.new(app))
    thread = Thread.new { server.start }
    yield URI("http://127.0.0.1:#{server.config[:Port]}/hook?a=1")
  ensure
    server.shutdown
    thread.join
  end

  def send_request(url, headers, body, method = "POST")
    request = Net::HTTPGenericRequest.new(method, method == "POST", true, url, headers)
    if method == "POST"
      request.body = body
      request["Content-Type"] = "application/json"
    end
    Net::HTTP.start(url.host, url.port) { |http| http.request(request) }
  end

  def check(url, headers, body, status, text)
    response = send_request(url, headers, body)
    assert_equal [status, text], [response.code.to_i, response.body.to_s]
  end

  def receiver(dialect, secret = SECRET, **options)
    Receiver.new(Webhook.new(secret, dialect: dialect), **options)
  end

  def app(receiver, &handler)
    RackApp.new(receiver, &handler || proc { flunk("the handler was called") })
  end

  def test_genuine_events_reach_the_handler
    events = Queue.new
    serve(app(receiver("ventryx")) { |event| events << event }) do |url|
      body = %({"id":"evt_1","data":{"a":1}})
      check(url, Sender.headers("ventryx", SECRET, body), body, 204, "")
      event = events.pop
      assert_equal ["evt_1", { "a" => 1 }], [event.id, event.data]
    end
  end

  def test_refused_requests_get_the_published_answer
    logged = []
    logger = Object.new
    logger.define_singleton_method(:warn) { |text| logged << text }
    serve(app(receiver("yativo", logger: logger))) do |url|
      check(url, {}, "{}", 400, "Invalid signature")
      check(url, Sender.headers("yativo", OLD_SECRET, "{}"), "{}", 401, "Invalid signature")
      check(url, Sender.headers("yativo", SECRET, "[]"), "[]", 400, "Invalid body")
      check(url, {}, " " * (Request::BODY_BYTES_MAX + 1), 413, "The body is too large")
      got = send_request(url, {}, "", "GET")
      assert_equal %w[405 POST], [got.code, got["Allow"]]
    end
    assert_equal "webhook request refused: the header `X-Webhook-Signature` is missing (missing_header)", logged.first
  end

  def test_retries_of_what_was_handled_are_not_handled_again
    handled = 0
    handler = proc do
      handled += 1
      raise "the database is away" if handled == 1
    end
    deduplicating = app(receiver("ventryx", deduplicator: Deduplicator.new), &handler)
    rescuing = lambda do |env|
      deduplicating.call(env)
    rescue RuntimeError => error
      Answer.text(500, error.message).to_rack
    end
    serve(rescuing) do |url|
      headers = Sender.headers("ventryx", SECRET, "{}")
      check(url, headers, "{}", 500, "the database is away")
      check(url, headers, "{}", 204, "")
      check(url, headers, "{}", 204, "")
    end
    assert_equal 2, handled
  end

  def test_a_retry_waits_for_the_attempt_that_is_being_handled
    started = Queue.new
    finish = Queue.new
    waiting = app(receiver("ventryx", deduplicator: Deduplicator.new)) do
      started << true
      finish.pop
    end
    serve(waiting) do |url|
      headers = Sender.headers("ventryx", SECRET, "{}")
      first = Thread.new { send_request(url, headers, "{}").code }
      started.pop
      second = send_request(url, headers, "{}")
      assert_equal %w[503 30], [second.code, second["Retry-After"]]
      finish << true
      assert_equal "204", first.value
    end
  end

  def test_middleware_keeps_the_raw_body
    statuses = [502, 202]
    beneath = lambda do |env|
      event = env[Middleware::EVENT]
      text = "#{event&.type} #{env["rack.input"].read}"
      [event ? statuses.shift : 200, { "content-type" => "text/plain" }, [text]]
    end
    middleware = Middleware.new(beneath, receiver: receiver("github", deduplicator: Deduplicator.new), path: "/hook")
    serve(middleware) do |url|
      body = "{ \"a\" : 1.50 }"
      headers = Sender.headers("github", SECRET, body)
      check(url, headers, body, 502, "push #{body}")
      check(url, headers, body, 202, "push #{body}")
      check(url, headers, body, 204, "")
      check(url, Sender.headers("github", OLD_SECRET, body), body, 401, "Invalid signature")
      check(url + "/other", {}, body, 200, " #{body}")
    end
  end

  def check_challenge(dialect, body, answer)
    serve(app(receiver(dialect))) do |url|
      check(url, Sender.headers(dialect, SECRET, body), body, 200, answer)
      check(url, Sender.headers(dialect, OLD_SECRET, body), body, 401, "Invalid signature")
    end
  end

  def test_challenges_are_answered
    check_challenge("slack", %({"token":"x","challenge":"c1","type":"url_verification"}), %({"challenge":"c1"}))
    check_challenge("zoom", %({"payload":{"plainToken":"p1"},"event":"endpoint.url_validation"}),
                    %({"plainToken":"p1","encryptedToken":"#{Sender.mac(SECRET, "p1")}"}))
  end

  def test_an_event_with_a_challenge_in_it_is_an_event
    body = %({"type":"event_callback","challenge":"c1","event":{}})
    request = Request.new(body, Sender.headers("slack", SECRET, body))
    assert_instance_of Event, Webhook.new(SECRET, dialect: "slack").open(request)
  end

  def test_options_name_who_may_send
    serve(app(receiver("cloudevents", allowed_origins: ["nuncio.example"]))) do |url|
      allowed = send_request(url, { "WebHook-Request-Origin" => "nuncio.example" }, "", "OPTIONS")
      assert_equal %w[204 nuncio.example], [allowed.code, allowed["WebHook-Allowed-Origin"]]
      other = send_request(url, { "WebHook-Request-Origin" => "other.example" }, "", "OPTIONS")
      assert_equal "403", other.code
    end
  end

  def test_the_signed_url_is_the_requests_or_the_configured
    serve(app(receiver("twilio", "12345678", url: FORM_URL)) { |_| nil }) do |url|
      check(url, FORM_HEADERS, FORM, 204, "")
    end
    serve(app(receiver("square"))) do |url|
      # base64 of HMAC-SHA256 of the URL and the body.
      signature = [[Sender.mac(SECRET, "#{url}[]")].pack("H*")].pack("m0")
      check(url, { "x-square-hmacsha256-signature" => signature }, "[]", 400, "Invalid body")
      check(url + "/hook?a=2", { "x-square-hmacsha256-signature" => signature }, "[]", 401, "Invalid signature")
    end
  end
end
