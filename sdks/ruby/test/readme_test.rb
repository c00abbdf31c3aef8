# frozen_string_literal: true

require_relative "helper"

# The README's samples: each is Ruby, names what there is, and verifying by hand agrees with the library.
class ReadmeTest < Minitest::Test
  README = File.read(File.expand_path("../README.md", __dir__), encoding: "UTF-8")
  SAMPLES = README.scan(/^```ruby\n(.*?)^```/m).flatten
  SECRET = Sender::SECRET

  def test_every_sample_is_ruby
    refute_empty SAMPLES
    SAMPLES.each { |sample| assert RubyVM::InstructionSequence.compile(sample) }
  end

  def test_every_name_of_the_library_exists
    names = SAMPLES.join.scan(/Nuncio::Webhooks::\w+/).uniq
    refute_empty names
    names.each { |name| assert Object.const_get(name), name }
  end

  def test_verifying_by_hand_agrees_with_the_library
    body = '{"type":"a.b","timestamp":"2026-04-26T12:34:56Z","data":{}}'
    [body, "#{body} "].each do |sent|
      headers = signed(body).transform_keys { |name| name.split("-").map(&:capitalize).join("-") }
      assert_equal library(sent, headers), by_hand(SECRET, sent, headers)
    end
    assert_equal true, by_hand(SECRET, body, signed(body))
  end

  private

  def signed(body)
    seconds = Time.now.to_i.to_s
    mac = OpenSSL::HMAC.digest("SHA256", SECRET.delete_prefix("whsec_").unpack1("m0"), "evt_1.#{seconds}.#{body}")
    { "webhook-id" => "evt_1", "webhook-timestamp" => seconds, "webhook-signature" => "v1,#{[mac].pack("m0")}" }
  end

  def library(body, headers)
    !Nuncio::Webhooks::Webhook.new(SECRET).verify(body, headers).nil?
  rescue Nuncio::Webhooks::VerificationError
    false
  end

  # The sample sees the three arguments and leaves `genuine` and `recent`.
  def by_hand(secret, body, headers)
    sample = SAMPLES.find { |text| text.include?("unpack1") }
    assert_equal 3, [secret, body, headers].compact.length
    eval("#{sample}\ngenuine && recent", binding, "README.md") # rubocop:disable Security/Eval
  end
end
