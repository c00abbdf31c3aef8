# frozen_string_literal: true

# Checks what can be checked of NuncioWebhooks.swift without a Swift compiler: that the dialects and vectors which it embeds
# are the project's, and that another implementation of the same rules, the Ruby library, gives every vector the verdict that
# the file claims. It does not compile Swift.
#
#   ruby sdks/swift/check.rb          checks, and prints minitest's summary line
#   ruby sdks/swift/check.rb --write  writes the embedded data anew

require "json"

ROOT = File.expand_path("../..", __dir__)
$LOAD_PATH.unshift(File.join(ROOT, "sdks/ruby/lib"))
require "nuncio-webhooks"

SWIFT = File.join(__dir__, "NuncioWebhooks.swift")
# One request of each of these cases, for each dialect that has one; of `good` and `list` all, for the key pairs' sake.
CASES = %w[upper_case tampered_body tampered_url tampered_time wrong_secret truncated wrong_version missing_header rotated
           stale future malformed_time malformed_id].freeze
ALL_OF = %w[good list].freeze

# The text between the lines that begin and end the raw string +name+.
def block(name)
  /^private let #{name} = \#"""\n(.*?)\n"""\#$/m
end

def embedded(name)
  File.read(SWIFT, encoding: "UTF-8")[block(name), 1]
end

def chosen(file)
  seen = {}
  file["verify"].select do |vector|
    next false if vector["secrets"].empty?

    ALL_OF.include?(vector["case"]) || (CASES.include?(vector["case"]) && !seen[vector["case"]] && (seen[vector["case"]] = true))
  end
end

def verdict_of(expect)
  expect["accept"] ? "accept #{expect["accept"]["key"]}" : expect["refuse"]
end

def project_vectors
  Dir[File.join(ROOT, "conformance/*.json")].sort.flat_map do |path|
    file = JSON.parse(File.read(path, encoding: "UTF-8"))
    chosen(file).map do |vector|
      { "dialect" => file["dialect"], **vector.except("expect"), "verdict" => verdict_of(vector["expect"]) }
    end
  end
end

def project_data
  lines = project_vectors.map { |vector| "  #{JSON.generate(vector, ascii_only: true)}" }
  dialects = File.read(File.join(ROOT, "sdks/dialects.json"), encoding: "UTF-8").chomp
  { "nuncioDialects" => dialects, "nuncioVectors" => "[\n#{lines.join(",\n")}\n]" }
end

if ARGV.delete("--write")
  swift = File.read(SWIFT, encoding: "UTF-8")
  project_data.each do |name, text|
    swift.sub!(block(name)) { %(private let #{name} = #"""\n#{text}\n"""#) } || abort("#{SWIFT} has no #{name}")
  end
  File.write(SWIFT, swift)
  exit
end

require "minitest/autorun"

class SwiftTest < Minitest::Test
  include Nuncio::Webhooks

  DIALECTS = JSON.parse(embedded("nuncioDialects")).to_h { |data| [data["name"], data] }

  JSON.parse(embedded("nuncioVectors")).each_with_index do |vector, at|
    define_method("test_#{at}_#{vector["dialect"]}_#{vector["case"]}_#{vector["name"]}") do
      assert_equal vector["verdict"], verdict(vector)
    end
  end

  def test_embedded_data_is_the_projects
    project_data.each { |name, text| assert_equal text, embedded(name), "run `ruby sdks/swift/check.rb --write`" }
  end

  def test_refused_points_are_those_of_the_other_libraries
    listed = File.read(SWIFT)[/nuncioSmallOrder: Set<String> = \[(.*?)\]/m, 1].scan(/[0-9a-f]{64}/)
    assert_equal Ed25519::SMALL_ORDER.sort, listed.sort
  end

  def test_codes_are_those_of_the_other_libraries
    codes = File.read(SWIFT)[/enum Code: String.*?\n    }/m].scan(/= "(\w+)"/).flatten
    kinds = ObjectSpace.each_object(Class).select { |kind| kind < VerificationError }
    assert_equal kinds.map { |kind| kind::CODE }.sort, codes.sort
  end

  private

  def verdict(vector)
    webhook = Webhook.new(vector["secrets"], dialect: DIALECTS.fetch(vector["dialect"]))
    verified = webhook.verify_signature(
      vector["body"], vector["headers"], method: vector["method"], url: vector["url"], now_ms: vector["now_ms"]
    )
    "accept #{verified.key}"
  rescue VerificationError => error
    error.code
  end
end
