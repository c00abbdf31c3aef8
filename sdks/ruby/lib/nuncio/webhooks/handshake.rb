# frozen_string_literal: true

require "json"

module Nuncio
  module Webhooks
    # What a new endpoint is asked before it gets events, and the answers.
    module Handshake
      module_function

      # The answer to an +OPTIONS+ request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); nil where the dialect
      # asks nothing like it. +allowed_origins+ may send; nil allows anyone.
      def answer_options(dialect, request, allowed_origins)
        rules = dialect.handshake || {}
        return unless request.http_method.casecmp?("OPTIONS") && rules.key?("request_header")

        origins = request.values(rules["request_header"])
        unless origins.length == 1 && (allowed_origins.nil? || allowed_origins.include?(origins.first))
          return Answer.text(403, "Unknown sender")
        end

        Answer.new(204, { rules["answer_header"].downcase => origins.first, "allow" => "POST, OPTIONS" }, "")
      end

      # The answer to a verified request that is a challenge, signed with +key+ where the dialect wants that; nil for an event.
      def answer_challenge(dialect, payload, key)
        rules = dialect.handshake || {}
        return unless rules.key?("challenge")

        path = names(rules["challenge"])
        challenge = path.reduce(payload) { |object, name| object.is_a?(Hash) ? object[name] : nil }
        return unless challenge.is_a?(String) && holds?(payload, JSON.parse(rules["request"]), path)

        answer = {}
        put(answer, names(rules["answer"]), challenge)
        if rules.key?("digest") && key.is_a?(SharedKey)
          put(answer, names(rules["digest"]), dialect.signatures.first.schemes.first.sign(key, challenge.b))
        end
        Answer.new(200, { "content-type" => "application/json" }, JSON.generate(answer))
      end

      # Whether +payload+ is the template with a challenge in it; vendors add members of their own.
      def holds?(payload, template, challenge)
        return true if challenge.empty?
        return payload == template unless template.is_a?(Hash) && payload.is_a?(Hash)

        head, *rest = challenge
        template.all? do |name, value|
          payload.key?(name) && (name == head ? holds?(payload[name], value, rest) : payload[name] == value)
        end
      end

      # The names of a JSON pointer (RFC 6901).
      def names(pointer)
        pointer.split("/").drop(1).map { |name| name.gsub("~1", "/").gsub("~0", "~") }
      end

      def put(answer, path, value)
        *above, last = path
        above.reduce(answer) { |object, name| object[name] ||= {} }[last] = value
      end
    end
  end
end
