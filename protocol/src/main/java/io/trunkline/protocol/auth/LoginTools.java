package io.trunkline.protocol.auth;

import java.security.SecureRandom;

/// What logins need from the process they run in.
public record LoginTools(
    MockAuthentication mock, SaltedPasswords saltedPasswords, SecureRandom random) {}
