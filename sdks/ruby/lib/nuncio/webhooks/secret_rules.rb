# frozen_string_literal: true

module Nuncio
  module Webhooks
    # How a key comes from a secret.
    SecretRules = Struct.new(
      :key, :prefix, :key_bytes, :private_prefix, :public_prefix, :takes_shared, :is_token, keyword_init: true
    )

    class SecretRules
      # Shorter own secrets are guessable; longer ones gain nothing, since HMAC hashes them down to the size of its digest.
      OWN_BYTES = (8..256).freeze

      # The key that +secret+ stands for: one in the dialect's format, a customer's own of 8 to 256 printable ASCII
      # characters, or either half of a key pair. Raises ConfigurationError, which never repeats the secret.
      def verifying_key(secret)
        secret = secret.b
        refuse_space(secret) if is_token
        return Ed25519.public_key(rest(secret, public_prefix), public_prefix) if starts?(secret, public_prefix)
        return Ed25519.public_half(rest(secret, private_prefix), private_prefix) if starts?(secret, private_prefix)
        raise ConfigurationError, "the secret must be a public key, which starts with `#{public_prefix}`" unless takes_shared
        return own(secret) if key == "utf8" || !secret.start_with?(prefix)

        decoded(secret)
      end

      private

      def starts?(secret, start)
        !start.nil? && secret.start_with?(start)
      end

      def rest(secret, start)
        secret.delete_prefix(start)
      end

      def refuse_space(secret)
        at = secret.index(" ")
        return unless at

        raise ConfigurationError, "byte #{at} of the secret is a space, which a token cannot hold: give it without"
      end

      def decoded(secret)
        rest = rest(secret, prefix)
        bytes = key == "hex" ? Encoding.decode_hex(rest) : Encoding.decode_unpadded(rest)
        return SharedKey.new(bytes) if bytes && key_bytes.cover?(bytes.bytesize)
        # Without a prefix nothing tells the dialect's own format from a secret that a customer brought.
        return own(secret) if prefix.empty?

        fault = bytes ? "holds #{bytes.bytesize} bytes, it must hold #{key_bytes.min} to #{key_bytes.max}" : "must hold #{key}"
        raise ConfigurationError, "after `#{prefix}` the secret #{fault}: copy it whole, as it was shown"
      end

      def own(secret)
        unless OWN_BYTES.cover?(secret.bytesize)
          raise ConfigurationError, "a secret of #{secret.bytesize} bytes: it must have #{OWN_BYTES.min} to " \
                                    "#{OWN_BYTES.max}; is the setting that holds it empty?"
        end
        at = secret.index(/[^\x20-\x7e]/n)
        return SharedKey.new(secret) unless at

        raise ConfigurationError, "byte #{at} of the secret is not printable ASCII: was a line break copied with it?"
      end
    end
  end
end
