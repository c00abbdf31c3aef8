# frozen_string_literal: true

require "openssl"

module Nuncio
  module Webhooks
    # ed25519 (RFC 8032) with OpenSSL.
    module Ed25519
      # What stands before the 32 bytes of a public key, and of a seed, in their DER forms (RFC 8410).
      PUBLIC_DER = ["302a300506032b6570032100"].pack("H*").freeze
      PRIVATE_DER = ["302e020100300506032b657004220420"].pack("H*").freeze

      # Points of small order, the sign bit cleared: under such a key anyone can make signatures.
      SMALL_ORDER = [
        "00" * 32, "01#{"00" * 31}",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec#{"ff" * 30}7f", "ed#{"ff" * 30}7f", "ee#{"ff" * 30}7f"
      ].freeze

      PRIME = 2**255 - 19
      CURVE_D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3

      # The public half of a pair.
      class PublicKey
        def initialize(bytes)
          @key = OpenSSL::PKey.read(PUBLIC_DER + bytes)
        end

        # Whether +signature+ is one of +content+. Those whose first half proves nothing are refused, as strict verifiers do.
        def verifies?(content, signature)
          signature.bytesize == 64 && !Ed25519.small_order?(signature[0, 32]) && @key.verify(nil, signature, content)
        rescue OpenSSL::PKey::PKeyError
          false
        end
      end

      module_function

      # The public key that base64 +text+ holds.
      def public_key(text, prefix)
        bytes = Encoding.decode_unpadded(text)
        raise no_key(prefix) unless bytes&.bytesize == 32 && !small_order?(bytes) && point?(bytes)

        PublicKey.new(bytes)
      end

      # The public half of a private key: 32 bytes of seed, or those and the public key.
      def public_half(text, prefix)
        bytes = Encoding.decode_unpadded(text)
        raise no_key(prefix) unless [32, 64].include?(bytes&.bytesize)

        half = OpenSSL::PKey.read(PRIVATE_DER + bytes[0, 32]).public_to_der[-32..]
        raise no_key(prefix) unless ["", half].include?(bytes[32..])

        PublicKey.new(half)
      end

      def small_order?(point)
        SMALL_ORDER.include?(without_sign(point).unpack1("H*"))
      end

      # Whether the curve has a point with this y: whether (y² - 1) / (d·y² + 1) is a square (Euler's criterion).
      def point?(bytes)
        square = without_sign(bytes).reverse.unpack1("H*").to_i(16).pow(2, PRIME)
        x_square = (square - 1) * (CURVE_D * square + 1).pow(PRIME - 2, PRIME)
        x_square.pow((PRIME - 1) / 2, PRIME) <= 1
      end

      def without_sign(point)
        point[0, 31] + (point.getbyte(31) & 0x7f).chr
      end

      def no_key(prefix)
        ConfigurationError.new(
          "after `#{prefix}` the secret holds no valid ed25519 key: copy it whole, as it was shown"
        )
      end
    end
  end
end
