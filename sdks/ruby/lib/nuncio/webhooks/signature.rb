# frozen_string_literal: true

require "openssl"

module Nuncio
  module Webhooks
    # The bytes of an HMAC key, or of a static token. Never shown.
    class SharedKey
      attr_reader :bytes

      def initialize(bytes)
        @bytes = bytes.b.freeze
        freeze
      end

      def inspect
        "[secret]"
      end
    end

    # One way of signing; a header with versions may have several.
    Scheme = Struct.new(:version, :algorithm, :output, :prefix, :user, :private_prefix, :public_prefix, keyword_init: true)

    class Scheme
      DIGESTS = { "hmac-sha1" => "SHA1", "hmac-sha256" => "SHA256", "hmac-sha512" => "SHA512" }.freeze

      # A sender lists one signature per key in force; checking more of a key pair's would let anyone occupy the processor.
      PAIR_CHECKS_MAX = 8

      # Whether one of the texts +found+ is the signature of +content+. However many they are, a shared key signs once; each
      # comparison takes the same time wherever the first difference is.
      def fits_one?(key, content, found)
        texts = found.select { |text| text.start_with?(prefix) }.map { |text| text.delete_prefix(prefix) }
        return pair_fits?(key, content, texts) unless key.is_a?(SharedKey)
        return false if algorithm == "ed25519" || texts.empty?

        expected = sign(key, content)
        texts.any? { |text| OpenSSL.secure_compare(expected, text) }
      end

      # The text of what a shared key signs, without its prefix.
      def sign(key, content)
        case algorithm
        when "token" then key.bytes
        when "basic" then ["#{user}:".b + key.bytes].pack("m0")
        else Encoding.encode(output, OpenSSL::HMAC.digest(DIGESTS.fetch(algorithm), key.bytes, content))
        end
      end

      def known?
        return true if %w[token basic].include?(algorithm)

        (algorithm == "ed25519" || DIGESTS.key?(algorithm)) && %w[hex base64 base64url].include?(output)
      end

      private

      def pair_fits?(key, content, texts)
        return false unless algorithm == "ed25519"

        texts.first(PAIR_CHECKS_MAX).any? do |text|
          signature = Encoding.decode(output, text)
          !signature.nil? && key.verifies?(content, signature)
        end
      end
    end

    # The form of the signed time, and where it is: in a header, or in the signature's pair of that key.
    SignedTime = Struct.new(:field, :header, :pair)

    # What a dialect signs, and how its header spells it.
    Signature = Struct.new(:header, :grammar, :separator, :content, :schemes, :time, keyword_init: true)

    class Signature
      SEPARATORS = { "bare" => "", "pairs" => ",", "versions" => " " }.freeze

      def bare?
        grammar == "bare"
      end

      # Pairs of a version (empty in a bare header) and what it holds.
      def items(value)
        return [["", value]] if bare?

        between = grammar == "pairs" ? "=" : ","
        # A space as the pattern would split at tabs and line breaks too.
        value.split(Regexp.new(Regexp.escape(separator))).filter_map do |item|
          version, found, text = item.strip.partition(between)
          [version, text] unless found.empty?
        end
      end
    end
  end
end
