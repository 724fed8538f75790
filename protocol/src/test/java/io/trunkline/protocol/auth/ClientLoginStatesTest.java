package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.PASSWORD;
import static io.trunkline.protocol.auth.LoginFixture.PLAIN;
import static io.trunkline.protocol.auth.LoginFixture.SALTING;
import static io.trunkline.protocol.auth.LoginFixture.SCRAM;
import static io.trunkline.protocol.auth.LoginFixture.client;
import static io.trunkline.protocol.auth.LoginFixture.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.FrontendMessage;
import io.trunkline.protocol.message.FrontendMessage.PasswordMessage;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import io.trunkline.settings.Secret;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every event in every state of [ClientLogin].
class ClientLoginStatesTest {
  private static final FrontendMessage INITIAL =
      new SASLInitialResponse("SCRAM-SHA-256", "n,,n=,r=client");

  enum At {
    FRESH,
    PASSWORD,
    MD5,
    MECHANISM,
    CLIENT_FIRST,
    CLIENT_FINAL,
    SALTING_PASSWORD,
    SALTING_SECRET,
    ENDED;

    ClientLogin reach() {
      return switch (this) {
        case FRESH -> client(AuthMethod.PASSWORD, PLAIN);
        case PASSWORD -> started(AuthMethod.PASSWORD, PLAIN);
        case MD5 -> started(AuthMethod.MD5, LoginFixture.MD5);
        case MECHANISM -> started(AuthMethod.SCRAM_SHA_256, SCRAM);
        case CLIENT_FIRST ->
            after(MECHANISM.reach(), new SASLInitialResponse("SCRAM-SHA-256", null));
        case CLIENT_FINAL -> after(MECHANISM.reach(), INITIAL);
        case SALTING_PASSWORD ->
            after(started(AuthMethod.PASSWORD, SCRAM), new PasswordMessage(LoginFixture.PASSWORD));
        case SALTING_SECRET -> {
          ClientLogin login = started(AuthMethod.SCRAM_SHA_256, PLAIN);
          yield after(login, proof(login));
        }
        case ENDED -> after(PASSWORD.reach(), new FrontendMessage.Sync());
      };
    }

    private static ClientLogin started(AuthMethod method, StoredSecret stored) {
      ClientLogin login = client(method, stored);
      login.start();
      return login;
    }

    private static ClientLogin after(ClientLogin login, FrontendMessage message) {
      say(login, message);
      return login;
    }
  }

  private enum Event {
    START,
    COMPUTED,
    RIGHT,
    WRONG,
    EMPTY,
    INITIAL,
    FIRST,
    OTHER;

    LoginStep happen(ClientLogin login) {
      return switch (this) {
        case START -> login.start();
        case COMPUTED -> login.onComputed(SALTING.saltedPassword());
        case RIGHT -> say(login, new PasswordMessage(PASSWORD));
        case WRONG -> say(login, new PasswordMessage(LoginFixture.WRONG));
        case EMPTY -> say(login, new PasswordMessage(Secret.of("")));
        case INITIAL -> say(login, ClientLoginStatesTest.INITIAL);
        case FIRST -> say(login, new SASLResponse("n,,n=,r=client"));
        case OTHER -> login.onMessage((byte) 'Q', Unpooled.EMPTY_BUFFER);
      };
    }
  }

  /// Goes through client-first and makes the proof that [Event#COMPUTED] will fit.
  private static FrontendMessage proof(ClientLogin login) {
    LoginStep.Send sent = (LoginStep.Send) say(login, INITIAL);
    String serverFirst = ((AuthenticationSASLContinue) sent.message()).data();
    ScramClient scram = new ScramClient(ScramClient.NOT_SUPPORTED, null, "", "client");
    ScramClient.Answer answer =
        scram.challenge(serverFirst).answer(ScramSha256.keys(SALTING.saltedPassword()));
    return new SASLResponse(answer.clientFinal());
  }

  private static String kind(ClientLogin login, Event event) {
    try {
      return switch (event.happen(login)) {
        case LoginStep.Send _ -> "send";
        case LoginStep.Compute _ -> "compute";
        case LoginStep.Ask _ -> "ask";
        case LoginStep.Done _ -> "done";
        case LoginStep.Failed failed -> {
          assertThat(failed.reason()).isNotEmpty();
          assertThat(failed.error().severity()).isEqualTo("FATAL");
          yield failed.error().sqlState();
        }
      };
    } catch (IllegalStateException ourBug) {
      return "bug";
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state          | START COMPUTED RIGHT WRONG EMPTY INITIAL FIRST OTHER
          FRESH            | send  bug      08P01 08P01 08P01 08P01   08P01 08P01
          PASSWORD         | bug   bug      done  28P01 28P01 08P01   08P01 08P01
          MD5              | bug   bug      28P01 28P01 28P01 08P01   08P01 08P01
          MECHANISM        | bug   bug      08P01 08P01 08P01 send    08P01 08P01
          CLIENT_FIRST     | bug   bug      08P01 08P01 08P01 08P01   send  08P01
          CLIENT_FINAL     | bug   bug      08P01 08P01 08P01 08P01   08P01 08P01
          SALTING_PASSWORD | bug   done     08P01 08P01 08P01 08P01   08P01 08P01
          SALTING_SECRET   | bug   done     08P01 08P01 08P01 08P01   08P01 08P01
          ENDED            | bug   28P01    08P01 08P01 08P01 08P01   08P01 08P01
          """)
  void everyState_everyEvent_isAnswered(At at, String outcomes) {
    Map<Event, String> expected = new LinkedHashMap<>();
    Map<Event, String> seen = new LinkedHashMap<>();
    Iterator<String> columns = List.of(outcomes.trim().split(" +", -1)).iterator();
    for (Event event : Event.values()) {
      expected.put(event, columns.next());
      seen.put(event, kind(at.reach(), event));
    }
    assertThat(seen).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"FRESH", "PASSWORD", "MD5", "MECHANISM", "CLIENT_FIRST", "CLIENT_FINAL", "ENDED"})
  void everyState_everyOtherTag_isAViolation(At at) {
    for (int tag = Byte.MIN_VALUE; tag <= Byte.MAX_VALUE; tag++) {
      if (tag != 'p') {
        LoginStep step = at.reach().onMessage((byte) tag, Unpooled.EMPTY_BUFFER);
        assertThat(((LoginStep.Failed) step).error().sqlState()).isEqualTo("08P01");
      }
    }
  }
}
