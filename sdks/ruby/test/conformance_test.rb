# frozen_string_literal: true

require_relative "helper"

# The project's vectors, each a test of its own.
class ConformanceTest < Minitest::Test
  include Nuncio::Webhooks

  ROOT = File.expand_path("../../..", __dir__)
  FILES = Dir[File.join(ROOT, "conformance", "*.json")].sort.map { |path| JSON.parse(File.read(path, encoding: "UTF-8")) }

  FILES.each do |file|
    file["verify"].each_with_index do |vector, at|
      define_method("test_verify_#{file["dialect"]}_#{at}_#{vector["case"]}_#{vector["name"]}") do
        check_verify(file["dialect"], vector)
      end
    end
    # What a sender refuses to register, a receiver may still hold: what that refuses is in `receivers/`.
    file["secrets"].select { |vector| vector["expect"] == "accept" }.each_with_index do |vector, at|
      define_method("test_secret_is_taken_#{file["dialect"]}_#{at}") do
        assert_equal file["dialect"], Webhook.new(vector["secret"], dialect: file["dialect"]).dialect.name
      end
    end
  end

  def test_every_builtin_dialect_has_vectors
    assert_equal Dialect.names.sort, FILES.map { |file| file["dialect"] }.sort
  end

  def test_embedded_dialects_are_those_of_the_project
    embedded = File.join(ROOT, "sdks/ruby/lib/nuncio/webhooks/dialects.json")
    assert_equal File.read(File.join(ROOT, "sdks/dialects.json")), File.read(embedded), "run `cargo xtask generate`"
  end

  private

  def check_verify(dialect, vector)
    # A receiver without a secret is refused where it is set up, not request by request.
    return assert_raises(ConfigurationError) { Webhook.new([], dialect: dialect) } if vector["secrets"].empty?

    accept = vector["expect"]["accept"]
    return check_refusal(dialect, vector) unless accept

    verified = verify(dialect, vector)
    assert_equal accept["key"], verified.key
    same(accept["version"], verified.version)
    same(accept["timestamp_ms"], verified.timestamp_ms)
  end

  def check_refusal(dialect, vector)
    refusal = assert_raises(VerificationError) { verify(dialect, vector) }
    assert_equal vector["expect"]["refuse"], refusal.code, refusal.message
    header = vector["expect"]["header"]
    assert_equal header, refusal.header if header
  end

  def verify(dialect, vector)
    body = vector["body"] * vector.fetch("body_repeat", 1)
    Webhook.new(vector["secrets"], dialect: dialect).verify_signature(
      body, vector["headers"], method: vector["method"], url: vector["url"], now_ms: vector["now_ms"]
    )
  end

  def same(expected, found)
    expected.nil? ? assert_nil(found) : assert_equal(expected, found)
  end
end
