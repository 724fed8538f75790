package io.trunkline.proxy.rig;

import java.io.IOException;

/// The login was answered with an ErrorResponse.
public final class LoginRefused extends IOException {
  private final transient Message error;

  LoginRefused(Message error) {
    super(error.toString());
    this.error = error;
  }

  public Message error() {
    return error;
  }

  public String sqlState() {
    return error.sqlState();
  }
}
