# frozen_string_literal: true

module Nuncio
  module Webhooks
    VERSION = "0.1.0"
  end
end
