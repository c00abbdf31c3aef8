# frozen_string_literal: true

require_relative "lib/nuncio/webhooks/version"

Gem::Specification.new do |spec|
  spec.name = "nuncio-webhooks"
  spec.version = Nuncio::Webhooks::VERSION
  spec.summary = "Verifies webhook requests of many dialects and hands each event on once"
  spec.authors = ["The Nuncio authors"]
  spec.license = "Apache-2.0"
  spec.homepage = "https://github.com/nuncio-webhooks/nuncio"
  spec.metadata = { "source_code_uri" => spec.homepage, "rubygems_mfa_required" => "true" }
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["lib/**/*.{rb,json}", "README.md", base: __dir__]
end
