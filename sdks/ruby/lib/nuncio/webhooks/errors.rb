# frozen_string_literal: true

module Nuncio
  module Webhooks
    # How the vendor's published receivers refuse: two status codes and a text.
    Answers = Struct.new(:missing, :invalid, :text)

    # The receiver cannot work as it was set up; the message says what to change and never holds a secret.
    class ConfigurationError < ArgumentError; end

    # A request that must not be acted upon. The message is for logs and never holds a secret or a payload; +status+ and
    # +text+ are what the dialect's vendor publishes as the answer.
    class VerificationError < StandardError
      # The HTTP status to answer with, and the text.
      attr_reader :status, :text

      def initialize(message, status, text)
        super(message)
        @status = status
        @text = text
      end

      # The stable name of the kind, the same in every Nuncio library.
      def code
        self.class::CODE
      end
    end

    # A header that the dialect needs is not there.
    class MissingHeader < VerificationError
      CODE = "missing_header"
      # Its name, as the dialect spells it.
      attr_reader :header

      def initialize(header, answers)
        super("the header `#{header}` is missing", answers.missing, answers.text)
        @header = header
      end
    end

    # A header that is not of the dialect's form, or that is there twice.
    class MalformedHeader < VerificationError
      CODE = "malformed_header"
      # Its name, as the dialect spells it.
      attr_reader :header

      def initialize(header, reason, answers)
        super("the header `#{header}` is malformed: #{reason}", answers.missing, answers.text)
        @header = header
      end
    end

    # No secret fits any signature of an accepted version.
    class BadSignature < VerificationError
      CODE = "bad_signature"
      # The signature header.
      attr_reader :header

      def initialize(header, answers)
        super("no signature in `#{header}` matches the request", answers.invalid, answers.text)
        @header = header
      end
    end

    # The signed time is too far in the past.
    class TooOld < VerificationError
      CODE = "too_old"

      def initialize(age_s, tolerance_s, answers)
        super("the request was signed #{age_s} s ago, more than the #{tolerance_s} s that are allowed",
              answers.invalid, answers.text)
      end
    end

    # The signed time is too far in the future.
    class TooNew < VerificationError
      CODE = "too_new"

      def initialize(ahead_s, tolerance_s, answers)
        super("the request was signed #{ahead_s} s in the future, more than the #{tolerance_s} s that are allowed",
              answers.invalid, answers.text)
      end
    end

    # A genuine request whose body is not what the dialect sends.
    class MalformedBody < VerificationError
      CODE = "malformed_body"

      def initialize(reason)
        super("the body is malformed: #{reason}", 400, "Invalid body")
      end
    end
  end
end
