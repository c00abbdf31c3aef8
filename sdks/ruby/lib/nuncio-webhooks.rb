# frozen_string_literal: true

require "nuncio/webhooks"
