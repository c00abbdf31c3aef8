# frozen_string_literal: true

require "json"

module Nuncio
  module Webhooks
    # One piece of a value: a field (in whatever words), a literal text, another header of the request, or an entry of the
    # tenant's metadata (+kind+ is the symbol). +default+ stands in the place of metadata that the tenant does not have.
    Piece = Struct.new(:kind, :text, :default, :encoded)
    # A header that the dialect sends, and the pieces of its value.
    HeaderRule = Struct.new(:name, :value)
    # A place in the envelope: the names that lead to it, and the pieces of its value.
    MemberRule = Struct.new(:path, :value)

    # One sender's wire format, as a receiver needs it.
    class Dialect
      TIMESTAMPS = %w[timestamp_s timestamp_ms timestamp_rfc3339].freeze

      # +signatures+ are those that must all fit; the first is the one whose key and scheme count.
      attr_reader :name, :secret, :headers, :signatures, :members, :tolerance_s, :versions, :answers, :handshake

      # The built-in dialect of that name. Raises ConfigurationError, naming those that exist.
      def self.builtin(name)
        builtins.fetch(name.to_s) do
          raise ConfigurationError, "there is no built-in dialect `#{name}`: give one of #{names.join(", ")}, " \
                                    "or a dialect's own data"
        end
      end

      # The names of the built-in dialects, the default one first.
      def self.names
        builtins.keys
      end

      def self.builtins
        @builtins ||= JSON.parse(File.read(File.join(__dir__, "dialects.json"), encoding: "UTF-8"))
                          .to_h { |data| [data["name"], new(data)] }.freeze
      end
      private_class_method :builtins

      # Reads the data of a dialect file as a hash: the same keys as its TOML; those that only a sender needs may be left
      # out. Raises ConfigurationError; <tt>nuncio dialect check</tt> finds every contradiction of a file.
      def initialize(data)
        @name = data.fetch("name")
        @headers = data.fetch("header", []).map { |header| HeaderRule.new(header.fetch("name"), pieces(header.fetch("value"))) }
        tables = [data.fetch("signature")].flatten
        @signatures = tables.reject { |table| table["receivers"] == "ignore" }.map { |table| read_signature(table) }
        raise KeyError, "no `signature` is one that receivers require" if @signatures.empty?

        @schemes = tables.flat_map { |table| table.fetch("scheme").map { |scheme| read_scheme(scheme) } }
        @is_escaped = data.dig("request", "values") == "cloudevents"
        @secret = read_secret(data.fetch("secret"))
        @is_form = data.fetch("body").fetch("format") == "form"
        @members = read_members(data["body"].fetch("members", []), [])
        read_receiver(data.fetch("receiver", {}))
        @handshake = data["handshake"]
      rescue KeyError, NoMethodError, TypeError => error
        raise ConfigurationError, "the dialect `#{@name || "?"}` is incomplete: #{error.message}; check its file first"
      end

      def form?
        @is_form
      end

      # Whether values of headers are percent-encoded (CloudEvents 1.0, HTTP binding, 3.1.3.2).
      def escaped?
        @is_escaped
      end

      # Whether a signed time tells how old a request is.
      def signs_time?
        @signatures.any?(&:time)
      end

      # The header whose whole value is that field; nil if the dialect sends none.
      def carrier(field)
        @headers.find { |header| header.value == [Piece.new(:field, field)] }&.name
      end

      def inspect
        "#<#{self.class} #{name}>"
      end

      private

      def pieces(value)
        case value
        when Array then value.flat_map { |item| pieces(item) }
        when String then [Piece.new(:field, value)]
        else [table_piece(value)]
        end
      end

      def table_piece(table)
        kind = %w[text header field metadata].find { |name| table.key?(name) }
        raise KeyError, "a value is neither a field, a text, a header nor metadata" unless kind

        # Numbers and truth values show nothing of an event.
        default = pieces(table["default"]) if [String, Array, Hash].any? { |type| table["default"].is_a?(type) }
        Piece.new(kind.to_sym, table[kind], default, table.key?("uri") || nil)
      end

      def read_signature(data)
        content = pieces(data.fetch("content", []))
        schemes = data.fetch("scheme").map { |scheme| read_scheme(scheme) }
        grammar = data.fetch("grammar")
        separator = data["separator"] || Signature::SEPARATORS.fetch(grammar)
        Signature.new(header: data.fetch("header"), grammar: grammar, separator: separator, content: content,
                      schemes: schemes, time: signed_time(content, data["timestamp_key"]))
      end

      def read_scheme(data)
        known = { "version" => "", "prefix" => "", "user" => "" }.merge(data.slice(*Scheme.members.map(&:to_s)))
        scheme = Scheme.new(**known.transform_keys(&:to_sym))
        raise KeyError, "`#{scheme.algorithm}` with output `#{scheme.output}` is no way of signing" unless scheme.known?

        scheme
      end

      def signed_time(content, pair)
        field = content.find { |piece| piece.kind == :field && TIMESTAMPS.include?(piece.text) }&.text
        return unless field

        header = carrier(field) unless pair
        raise KeyError, "the signed `#{field}` is never sent" unless pair || header

        SignedTime.new(field, header, pair)
      end

      def read_secret(data)
        pair = @schemes.find { |scheme| scheme.algorithm == "ed25519" }
        least, most = data.fetch("key_bytes") { [data.fetch("bytes")] * 2 }
        SecretRules.new(
          key: data.fetch("key"), prefix: data.fetch("prefix", ""), key_bytes: (least..most),
          private_prefix: pair&.private_prefix, public_prefix: pair&.public_prefix,
          takes_shared: @schemes.any? { |scheme| scheme.algorithm != "ed25519" },
          is_token: @schemes.any? { |scheme| scheme.algorithm == "token" }
        )
      end

      def read_members(members, above)
        members.flat_map do |member|
          path = [*above, member.fetch("name")]
          next read_members(member["members"], path) if member.key?("members")

          member.key?("value") ? [MemberRule.new(path, pieces(member["value"]))] : []
        end
      end

      def read_receiver(data)
        @tolerance_s = data["tolerance_s"]
        @versions = data.fetch("versions") { @schemes.map(&:version) }
        answers = { "missing" => 401, "invalid" => 401, "text" => "Invalid signature" }.merge(data.fetch("answers", {}))
        @answers = Answers.new(*answers.values_at("missing", "invalid", "text"))
      end
    end
  end
end
