# frozen_string_literal: true

require "minitest/autorun"
require "json"
require "openssl"
require "nuncio-webhooks"

# Requests as some dialects send them, spelled out by hand: this shares nothing with the code under test.
module Sender
  SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
  NOW_MS = 1_777_206_896_123
  # A form of the twilio dialect: HMAC-SHA1 of the URL and `CallSidCA1Froma bTo+18005551212`, made with openssl.
  FORM = "To=%2B18005551212&CallSid=CA1&From=a+b"
  FORM_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
  FORM_HEADERS = { "X-Twilio-Signature" => "A5GXytWqUrnGVCUNVR6sSWfwWl8=", "I-Twilio-Idempotency-Token" => "t1" }.freeze

  module_function

  def mac(key, content)
    OpenSSL::HMAC.hexdigest("SHA256", key, content)
  end

  def headers(dialect, key, body)
    case dialect
    when "inviolet"
      { "inviolet-event" => "approval.granted", "inviolet-delivery-id" => "0191d2a4-0000-7000-8000-000000000001",
        "inviolet-timestamp" => NOW_MS.to_s, "inviolet-signature" => "sha256=#{mac(key, "#{NOW_MS}.#{body}")}" }
    when "ventryx"
      { "Ventryx-Event" => "workflow.completed", "Ventryx-Delivery" => "del_1",
        "Ventryx-Signature" => "sha256=#{mac(key, body)}" }
    when "yativo" then { "X-Webhook-Signature" => mac(key, body) }
    when "grantiva" then { "X-Grantiva-Signature" => "sha256=#{mac(key, body)}" }
    when "github"
      { "X-GitHub-Event" => "push", "X-GitHub-Delivery" => "0191d2a4-0000-7000-8000-000000000002",
        "X-Hub-Signature-256" => "sha256=#{mac(key, body)}" }
    when "stripe" then { "Stripe-Signature" => "t=1777206896,v1=#{mac(key, "1777206896.#{body}")}" }
    when "pagerduty"
      { "X-Webhook-Id" => "0191d2a4-0000-7000-8000-000000000003", "X-PagerDuty-Signature" => "v1=#{mac(key, body)}" }
    when "cloudevents" then { "Authorization" => "Bearer #{key}" }
    when "cloudevents-binary"
      { "Authorization" => "Bearer #{key}", "ce-id" => "evt_1", "ce-source" => "/tenants/org_1", "ce-type" => "order.paid",
        "ce-time" => "2026-04-26T12:34:56.123Z" }
    else chat_headers(dialect, key, body)
    end
  end

  # The dialects whose signed time must be recent: adapters have no clock to set, so they sign with the real one.
  def chat_headers(dialect, key, body, now_s = Time.now.to_i)
    prefix = { "slack" => "X-Slack-Request-Timestamp", "zoom" => "x-zm-request-timestamp" }.fetch(dialect)
    signature = { "slack" => "X-Slack-Signature", "zoom" => "x-zm-signature" }.fetch(dialect)
    { prefix => now_s.to_s, signature => "v0=#{mac(key, "v0:#{now_s}:#{body}")}" }
  end
end
