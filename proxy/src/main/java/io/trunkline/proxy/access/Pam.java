package io.trunkline.proxy.access;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.trunkline.protocol.auth.Judgement;
import io.trunkline.settings.Secret;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Asks the system's authentication modules whether a password is right: Linux-PAM, by its C
/// interface (pam(3), pam_conv(3); `CheckPAMAuth` in PostgreSQL's auth.c, whose steps these are).
///
/// The library is loaded when the first client is to be asked, not before. Blocks for as long as
/// the modules do. Thread-safe: each call has a transaction of its own (pam_start(3)).
@SuppressWarnings("restricted") // the launcher enables native access
final class Pam {
  private static final int SUCCESS = 0;
  private static final int CONVERSATION_ERROR = 19;
  private static final int ITEM_USER = 2;
  private static final int ITEM_RHOST = 4;
  private static final int PROMPT_ECHO_OFF = 1;
  private static final int ERROR_MESSAGE = 3;
  private static final int TEXT_INFO = 4;

  /// PAM_MAX_NUM_MSG.
  private static final int MESSAGES_MAX = 32;

  /// Both `struct pam_message` and `struct pam_response` are an int and a pointer, in one order or
  /// the other.
  private static final long STRUCT_BYTES = 16;

  /// PAM_MAX_RESP_SIZE, its end included.
  private static final int PASSWORD_BYTES_MAX = 511;

  /// What is asked.
  ///
  /// @param service names a file of `/etc/pam.d`
  /// @param host where the client comes from; null for a Unix socket
  record Question(String service, String user, @Nullable String host) {}

  private Pam() {}

  static Judgement judge(Question question, Secret password) {
    byte[] text = password.reveal().getBytes(StandardCharsets.UTF_8);
    if (text.length == 0) {
      return new Judgement.Wrong("empty password");
    } else if (text.length > PASSWORD_BYTES_MAX) {
      return new Judgement.Wrong("a password longer than PAM takes");
    }
    Functions functions;
    try {
      functions = Functions.LOADED;
    } catch (ExceptionInInitializerError | NoClassDefFoundError failure) {
      return new Judgement.Wrong("there is no libpam.so.0");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment secret = arena.allocateFrom(password.reveal());
      try {
        return new Transaction(functions, arena, secret).run(question);
      } finally {
        secret.fill((byte) 0);
      }
    } catch (Throwable failure) {
      throw new IllegalStateException("PAM failed", failure);
    }
  }

  /// One client's.
  private record Transaction(Functions pam, Arena arena, MemorySegment secret) {

    Judgement run(Question question) throws Throwable {
      MemorySegment conversation = arena.allocate(2 * ADDRESS.byteSize(), ADDRESS.byteAlignment());
      conversation.set(ADDRESS, 0, upcall());
      MemorySegment handle = arena.allocate(ADDRESS);
      int started =
          (int)
              pam.start.invokeExact(
                  arena.allocateFrom(question.service),
                  arena.allocateFrom(question.user),
                  conversation,
                  handle);
      if (started != SUCCESS) {
        return new Judgement.Wrong("pam_start: error " + started);
      }
      MemorySegment transaction = handle.get(ADDRESS, 0);
      int last = SUCCESS;
      try {
        last = ask(transaction, question);
        return last == SUCCESS
            ? new Judgement.Right()
            : new Judgement.Wrong(
                "PAM's service %s says no: %s"
                    .formatted(question.service, text(transaction, last)));
      } finally {
        int ended = (int) pam.end.invokeExact(transaction, last);
        assert ended == SUCCESS : ended;
      }
    }

    private int ask(MemorySegment transaction, Question question) throws Throwable {
      int result =
          (int) pam.setItem.invokeExact(transaction, ITEM_USER, arena.allocateFrom(question.user));
      if (result == SUCCESS && question.host != null) {
        result =
            (int)
                pam.setItem.invokeExact(transaction, ITEM_RHOST, arena.allocateFrom(question.host));
      }
      if (result == SUCCESS) {
        result = (int) pam.authenticate.invokeExact(transaction, 0);
      }
      return result == SUCCESS ? (int) pam.account.invokeExact(transaction, 0) : result;
    }

    private String text(MemorySegment transaction, int error) throws Throwable {
      MemorySegment text = (MemorySegment) pam.strerror.invokeExact(transaction, error);
      return text.address() == 0
          ? "error " + error
          : text.reinterpret(Functions.TEXT_BYTES_MAX).getString(0).replaceAll("\\p{C}", "?");
    }

    private MemorySegment upcall() throws ReflectiveOperationException {
      MethodHandle converse =
          MethodHandles.lookup()
              .bind(
                  this,
                  "converse",
                  MethodType.methodType(
                      int.class,
                      int.class,
                      MemorySegment.class,
                      MemorySegment.class,
                      MemorySegment.class));
      return Linker.nativeLinker().upcallStub(converse, Functions.CONVERSE, arena);
    }

    /// What modules want to know. The answer's memory is theirs to free. Nothing may be thrown
    /// here: it would end the process.
    @SuppressWarnings("unused") // PAM calls it
    private int converse(
        int count, MemorySegment messages, MemorySegment responses, MemorySegment data) {
      if (count <= 0 || count > MESSAGES_MAX) {
        return CONVERSATION_ERROR;
      }
      try {
        MemorySegment asked = messages.reinterpret(count * ADDRESS.byteSize());
        for (int i = 0; i < count; i++) {
          if (!isAnswered(style(asked, i))) {
            return CONVERSATION_ERROR;
          }
        }
        MemorySegment answers = (MemorySegment) pam.calloc.invokeExact((long) count, STRUCT_BYTES);
        if (answers.address() == 0) {
          return CONVERSATION_ERROR;
        }
        MemorySegment all = answers.reinterpret(count * STRUCT_BYTES);
        for (int i = 0; i < count; i++) {
          if (style(asked, i) == PROMPT_ECHO_OFF) {
            all.set(ADDRESS, i * STRUCT_BYTES, (MemorySegment) pam.strdup.invokeExact(secret));
          }
        }
        responses.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, answers);
        return SUCCESS;
      } catch (Throwable failure) {
        return CONVERSATION_ERROR;
      }
    }

    private static boolean isAnswered(int style) {
      return style == PROMPT_ECHO_OFF || style == ERROR_MESSAGE || style == TEXT_INFO;
    }

    private static int style(MemorySegment messages, int index) {
      return messages.getAtIndex(ADDRESS, index).reinterpret(STRUCT_BYTES).get(JAVA_INT, 0);
    }
  }

  /// The library's functions, and the two of libc that make memory for it.
  private record Functions(
      MethodHandle start,
      MethodHandle setItem,
      MethodHandle authenticate,
      MethodHandle account,
      MethodHandle strerror,
      MethodHandle end,
      MethodHandle calloc,
      MethodHandle strdup) {
    static final long TEXT_BYTES_MAX = 1024;
    static final FunctionDescriptor CONVERSE =
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    static final Functions LOADED = load();

    private static Functions load() {
      Linker linker = Linker.nativeLinker();
      SymbolLookup pam = SymbolLookup.libraryLookup("libpam.so.0", Arena.global());
      SymbolLookup libc = linker.defaultLookup();
      MemoryLayout[] both = {ADDRESS, JAVA_INT};
      FunctionDescriptor withFlags = FunctionDescriptor.of(JAVA_INT, both);
      return new Functions(
          find(
              pam,
              "pam_start",
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
          find(pam, "pam_set_item", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS)),
          find(pam, "pam_authenticate", withFlags),
          find(pam, "pam_acct_mgmt", withFlags),
          find(pam, "pam_strerror", FunctionDescriptor.of(ADDRESS, both)),
          find(pam, "pam_end", withFlags),
          find(libc, "calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG)),
          find(libc, "strdup", FunctionDescriptor.of(ADDRESS, ADDRESS)));
    }

    private static MethodHandle find(
        SymbolLookup library, String name, FunctionDescriptor descriptor) {
      return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
    }
  }
}
