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
      # characters, or either half of a key pair. Where the key is decoded, blanks around are no part of it. Raises
      # ConfigurationError, which never repeats the secret.
      def verifying_key(secret)
        secret = secret.b
        secret = pasted(secret) unless key == "utf8"
        refuse_space(secret) if is_token
        return Ed25519.public_key(rest(secret, public_prefix), public_prefix) if starts?(secret, public_prefix)
        return Ed25519.public_half(rest(secret, private_prefix), private_prefix) if starts?(secret, private_prefix)
        raise ConfigurationError, "the secret must be a public key, which starts with `#{public_prefix}`" unless takes_shared
        return own(secret) if key == "utf8"

        decoded(secret)
      end

      # There is no secret.
      def self.missing
        ConfigurationError.new("the endpoint's secret is missing: give the one that was shown when the endpoint was created")
      end

      private

      # Refuses what was copied with something around or in it, which would be another key.
      def pasted(given)
        secret = given.gsub(/\A[ \t\r\n]+|[ \t\r\n]+\z/n, "")
        raise SecretRules.missing if secret.empty?
        raise ConfigurationError, "the secret is in quotes: give it without them" if secret.match?(/\A["'`]|["'`]\z/n)

        at = secret.index(phrase?(secret) ? /[\t\r\n]/n : /[ \t\r\n]/n)
        if at
          raise ConfigurationError,
                "character #{at} of the secret is a blank or line break: copy it in one piece, as it was shown"
        end
        refuse_two_prefixes(secret)
        refuse_unprintable(secret)
        secret
      end

      def prefixes
        [prefix, private_prefix, public_prefix].reject { |one| one.to_s.empty? }
      end

      # Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not.
      def phrase?(secret)
        patterns = [%r{\A[A-Za-z0-9+/ ]+=*\z}n, /[a-z]/n, /[A-Z]/n, /[0-9]/n]
        prefixes.none? { |one| secret.start_with?(one) } && !patterns.all? { |pattern| secret.match?(pattern) }
      end

      def refuse_two_prefixes(secret)
        first, = prefixes.product(prefixes).find { |one, other| secret.start_with?(one + other) }
        return unless first

        raise ConfigurationError, "the secret's prefix `#{first}` is there twice, or before another: copy it as it was shown"
      end

      def refuse_unprintable(secret)
        at = secret.index(/[^\x20-\x7e]/n)
        return unless at

        raise ConfigurationError, "byte #{at} of the secret is not printable ASCII: was a line break copied with it?"
      end

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

      def decode(text)
        key == "hex" ? Encoding.decode_hex(text) : Encoding.decode_unpadded(text)
      end

      def decoded(secret)
        # Receivers of other makes decode what has no prefix, too; what does not decode is keyed as its text.
        unless secret.start_with?(prefix)
          own = own(secret)
          bytes = decode(secret)
          return bytes ? SharedKey.new(bytes) : own
        end
        bytes = decode(rest(secret, prefix))
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
        refuse_unprintable(secret)
        SharedKey.new(secret)
      end
    end
  end
end
