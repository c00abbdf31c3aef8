# frozen_string_literal: true

require_relative "helper"

# What the project's vectors for receivers say: times, header maps, URLs, members that a dialect doesn't name.
class ReceiversTest < Minitest::Test
  include Nuncio::Webhooks

  FOLDER = File.expand_path("../../../conformance/receivers", __dir__)
  FILES = %w[requests header-maps].map { |name| JSON.parse(File.read(File.join(FOLDER, "#{name}.json"), encoding: "UTF-8")) }
  OWN = FILES.flat_map { |file| file.fetch("dialects", []) }.to_h { |data| [data["name"], data] }

  FILES.flat_map { |file| file["requests"] }.each_with_index do |vector, at|
    define_method("test_#{at}_#{vector["dialect"]}_#{vector["case"]}_#{vector["name"]}") do
      assert_equal vector["expect"], answer(vector)
    end
  end

  SECRETS = JSON.parse(File.read(File.join(FOLDER, "secrets.json"), encoding: "UTF-8"))["secrets"]

  SECRETS.each_with_index do |row, at|
    define_method("test_secret_#{at}_#{row["expect"]}_#{row["says"]}") do
      make = -> { Webhook.new(row["secret"], dialect: row["dialect"]) }
      next assert_equal(row["dialect"], make.call.dialect.name) if row["expect"] == "accept"

      error = assert_raises(ConfigurationError) { make.call }
      assert_includes error.message, row["says"]
      refute_includes error.message, row["secret"] if row["secret"].length > 8
    end
  end

  private

  def answer(vector)
    event = verify(vector)
    found = { **event.to_h.transform_keys(&:to_s), "time_ms" => ms(event.time), "timestamp_ms" => ms(event.timestamp) }
    { "event" => found.slice(*vector["expect"].fetch("event", {}).keys) }
  rescue VerificationError => error
    { "refuse" => error.code, **(vector["expect"].key?("header") ? { "header" => error.header } : {}) }
  end

  def verify(vector)
    headers = vector["headers"]
    before = vector["before"]
    headers = { **headers, before["header"] => before["text"] * before["times"] + headers[before["header"]] } if before
    Webhook.new(vector["secrets"], dialect: OWN.fetch(vector["dialect"], vector["dialect"])).verify(
      vector["body"] + " " * vector.fetch("blanks_after_body", 0), headers,
      method: vector["method"], url: vector["url"], now_ms: vector["now_ms"]
    )
  end

  def ms(time)
    time && time.to_i * 1000 + time.nsec / 1_000_000
  end
end
