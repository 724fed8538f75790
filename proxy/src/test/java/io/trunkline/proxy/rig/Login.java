package io.trunkline.proxy.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/// Answers whatever Authentication… message comes. PostgreSQL docs, "Start-up" and "SASL
/// Authentication".
final class Login {
  private static final int OK = 0;
  private static final int CLEARTEXT = 3;
  private static final int MD5 = 5;
  private static final int SASL = 10;
  private static final int SASL_CONTINUE = 11;
  private static final int SASL_FINAL = 12;

  private final RawClient client;
  private final String password;
  private final Scram scram;

  Login(RawClient client, String password) {
    this.client = client;
    this.password = password;
    this.scram = new Scram(password, UUID.randomUUID().toString());
  }

  List<Message> conversation() throws IOException {
    List<Message> said = new ArrayList<>();
    while (said.isEmpty() || !said.getLast().isReady()) {
      Message message = client.receive();
      said.add(message);
      if (message.isError()) {
        throw new LoginRefused(message);
      }
      if (message.tag() == 'R') {
        answer(message);
      }
    }
    return said;
  }

  private void answer(Message request) throws IOException {
    ByteBuffer body = ByteBuffer.wrap(request.body());
    int kind = body.getInt();
    byte[] rest = Arrays.copyOfRange(request.body(), 4, request.bodyBytes());
    try {
      switch (kind) {
        case OK -> {}
        case CLEARTEXT -> client.send(Frontend.password(password));
        case MD5 -> client.send(Frontend.password(md5(rest)));
        case SASL ->
            client.send(Frontend.saslInitialResponse("SCRAM-SHA-256", scram.clientFirst()));
        case SASL_CONTINUE ->
            client.send(Frontend.saslResponse(scram.clientFinal(new String(rest, UTF_8))));
        case SASL_FINAL -> {
          if (!scram.proves(new String(rest, UTF_8))) {
            throw new AssertionError("the server's SCRAM signature is wrong on " + client);
          }
        }
        default -> throw new AssertionError("authentication request " + kind + " on " + client);
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String md5(byte[] salt) throws GeneralSecurityException {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    String user = client.endpoint().user();
    String inner = HexFormat.of().formatHex(md5.digest((password + user).getBytes(UTF_8)));
    md5.update(inner.getBytes(ISO_8859_1));
    return "md5" + HexFormat.of().formatHex(md5.digest(salt));
  }
}
