# frozen_string_literal: true

module Nuncio
  module Webhooks
    # Text forms of signatures and keys. Reading gives nil for text that writing would not have made.
    module Encoding
      module_function

      def encode(output, bytes)
        case output
        when "hex" then bytes.unpack1("H*")
        when "base64" then [bytes].pack("m0")
        when "base64url" then [bytes].pack("m0").tr("+/", "-_").delete("=")
        end
      end

      def decode(output, text)
        case output
        when "hex" then decode_hex(text)
        when "base64" then decode_base64(text)
        when "base64url" then text.match?(/[+\/=]/n) ? nil : decode_unpadded(text.tr("-_", "+/"))
        end
      end

      # Hexadecimal in either case.
      def decode_hex(text)
        [text].pack("H*") if text.length.even? && text.match?(/\A[0-9A-Fa-f]*\z/)
      end

      def decode_base64(text)
        # `m0` is strict: it refuses line breaks, missing padding and stray bits (RFC 4648).
        text.unpack1("m0")
      rescue ArgumentError
        nil
      end

      # Base64 whose padding may be missing, since secrets are copied by hand.
      def decode_unpadded(text)
        decode_base64(text + "=" * (-text.length % 4))
      end
    end
  end
end
