package dev.finetune.zoo.internal.pickle;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.CountingInputStream;
import dev.finetune.data.UnreadableFileException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parser of Python's pickles that executes nothing. A pickle is a program that names classes and
 * functions to call. Calls that restore tensors are returned as data; other objects are replaced by
 * a {@link Foreign}, which has only the name.
 *
 * <p>Source of the operations: Python's {@code pickletools}. Those of protocols 2 to 5 are
 * supported, except buffers outside the pickle and registered extensions.
 */
public final class Pickle {

  /** The most objects in a pickle. The largest published checkpoints have less than 100,000. */
  private static final int MAX_OBJECTS = 5_000_000;

  /** The most bytes in all texts of a pickle. */
  private static final int MAX_TEXT = 1 << 26;

  private static final Object MARK = new Object();

  private final CountingInputStream counted;
  private final DataInputStream in;
  private final String file;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final List<Persistent> persistent = new ArrayList<>();
  private final Set<String> foreign = new LinkedHashSet<>();
  private int objects;
  private int text;

  private Pickle(InputStream in, String file) {
    this.counted = new CountingInputStream(in);
    this.in = new DataInputStream(counted);
    this.file = file;
  }

  /**
   * Reads the next pickle and leaves the stream positioned after it.
   *
   * @param in the stream; not closed
   * @param file the name of the file, for messages
   * @throws UnreadableFileException if the pickle is truncated or malformed, has operations that
   *     are not supported, or is larger than any checkpoint
   * @throws IOException if the stream cannot be read
   */
  public static Pickled read(InputStream in, String file) throws IOException {
    Pickle pickle = new Pickle(in, file);
    try {
      Object value = pickle.run();
      return new Pickled(
          value, ImmutableList.copyOf(pickle.persistent), ImmutableSet.copyOf(pickle.foreign));
    } catch (EOFException e) {
      throw pickle.unreadable("the pickle must be complete, got a truncated one", e);
    }
  }

  private UnreadableFileException unreadable(String reason, @Nullable Exception cause) {
    return new UnreadableFileException(
        file, "byte " + counted.getCount() + " of the pickle", reason, cause);
  }

  private Object run() throws IOException {
    while (true) {
      int opcode = in.readUnsignedByte();
      if (opcode == '.') {
        return pop();
      }
      if (!constant(opcode) && !collection(opcode) && !memory(opcode) && !function(opcode)) {
        throw unreadable(
            "operations must be those of pickle protocols 2 to 5, got 0x"
                + Integer.toHexString(opcode),
            null);
      }
    }
  }

  private boolean constant(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> in.readUnsignedByte(); // the protocol's version
      case 0x95 -> in.readLong(); // a frame's length
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.readUnsignedByte());
      case 'M' -> push((long) Short.toUnsignedInt(Short.reverseBytes(in.readShort())));
      case 'J' -> push((long) int32());
      case 'G' -> push(in.readDouble());
      case 0x8a -> push(integer(in.readUnsignedByte()));
      case 0x8b -> push(integer(int32()));
      case 'X', 'T' -> push(text(int32()));
      case 0x8c, 'U' -> push(text(in.readUnsignedByte()));
      case 0x8d -> push(text(int64()));
      case 'C' -> push(binary(in.readUnsignedByte()));
      case 'B' -> push(binary(int32()));
      case 0x8e, 0x96 -> push(binary(int64()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collection(int opcode) throws IOException {
    switch (opcode) {
      case '(' -> push(MARK);
      case '}' -> push(new Dictionary());
      case ']', ')', 0x8f -> push(new Items(List.of()));
      case 't', 0x91 -> push(new Items(toMark()));
      case 0x85 -> push(new Items(taken(1)));
      case 0x86 -> push(new Items(taken(2)));
      case 0x87 -> push(new Items(taken(3)));
      case 'a' -> append(taken(1));
      case 'e', 0x90 -> append(toMark());
      case 's' -> put(taken(2));
      case 'u' -> put(toMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int opcode) throws IOException {
    switch (opcode) {
      case 'q' -> memo.put(in.readUnsignedByte(), top());
      case 'r' -> memo.put(int32(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'h' -> push(remembered(in.readUnsignedByte()));
      case 'j' -> push(remembered(int32()));
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean function(int opcode) throws IOException {
    switch (opcode) {
      case 'c' -> {
        String module = line();
        push(global(module, line()));
      }
      case 0x93 -> {
        List<Object> names = taken(2);
        push(global(as(String.class, names.get(0)), as(String.class, names.get(1))));
      }
      case 'Q' -> {
        Persistent reference = new Persistent(pop());
        persistent.add(reference);
        push(reference);
      }
      case 'R', 0x81 -> call(as(Items.class, pop()));
      case 0x92 -> {
        pop(); // named arguments
        call(as(Items.class, pop()));
      }
      case 'b' -> {
        pop(); // attributes, such as the versions in a dictionary of tensors
        top();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private Global global(String module, String name) throws IOException {
    Global global = new Global(module + "." + name);
    if (Functions.harmful(module, name)) {
      throw unreadable(
          "a pickle must not name functions that run programs, got "
              + global.name()
              + "; nothing was run and the file is refused, because a program that loads it with"
              + " Python's pickle would run it",
          null);
    }
    return global;
  }

  private void call(Items arguments) throws IOException {
    Object callee = pop();
    if (callee instanceof Global function && Functions.dictionary(function.name())) {
      Dictionary dictionary = new Dictionary();
      if (arguments.at(0) instanceof Items pairs) {
        for (Object pair : pairs.values()) {
          put(dictionary, as(Items.class, pair).values());
        }
      }
      push(dictionary);
    } else if (callee instanceof Global function && Functions.collection(function.name())) {
      push(
          arguments.at(0) instanceof Items items
              ? new Items(items.values())
              : new Items(List.of()));
    } else if (callee instanceof Global function && Functions.tensor(function.name())) {
      push(new Call(function.name(), arguments));
    } else {
      String name = name(callee);
      if (!Functions.plain(name)) {
        foreign.add(name);
      }
      push(new Foreign(name));
    }
  }

  /** Returns the name of a class or function. Before PyTorch 1.6 a class is a reference. */
  private static String name(Object callee) {
    if (callee instanceof Persistent reference
        && reference.id() instanceof Items id
        && id.at(1) instanceof Global function) {
      return function.name();
    } else if (callee instanceof Global function) {
      return function.name();
    }
    return callee instanceof Foreign object ? object.name() : "an unknown class";
  }

  private void push(Object value) throws IOException {
    if (++objects > MAX_OBJECTS) {
      throw unreadable("a pickle must have at most " + MAX_OBJECTS + " objects, got more", null);
    }
    stack.push(value);
  }

  private Object pop() throws IOException {
    Object value = stack.poll();
    if (value == null || value == MARK) {
      throw unreadable("every operation must find its operands, got too few", null);
    }
    return value;
  }

  private Object top() throws IOException {
    Object value = stack.peek();
    if (value == null || value == MARK) {
      throw unreadable("every operation must find its operands, got too few", null);
    }
    return value;
  }

  private <T> T as(Class<T> type, Object value) throws IOException {
    if (!type.isInstance(value)) {
      throw unreadable(
          "an operand must be of type "
              + type.getSimpleName()
              + ", got "
              + value.getClass().getSimpleName(),
          null);
    }
    return type.cast(value);
  }

  private Object remembered(int number) throws IOException {
    Object value = memo.get(number);
    if (value == null) {
      throw unreadable("a reference must be to a stored object, got number " + number, null);
    }
    return value;
  }

  /** Removes the values above the mark and the mark, and returns the values in order. */
  private List<Object> toMark() throws IOException {
    List<Object> values = new ArrayList<>();
    for (Object value = stack.poll(); value != MARK; value = stack.poll()) {
      if (value == null) {
        throw unreadable("a collection must begin with a mark, got none", null);
      }
      values.add(value);
    }
    Collections.reverse(values);
    return values;
  }

  private List<Object> taken(int count) throws IOException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(pop());
    }
    Collections.reverse(values);
    return values;
  }

  /** Adds to the list at the top. Lists of unknown classes are passed over. */
  private void append(List<Object> values) throws IOException {
    if (!(top() instanceof Foreign)) {
      as(Items.class, top()).addAll(values);
    }
  }

  private void put(List<Object> pairs) throws IOException {
    if (!(top() instanceof Foreign)) {
      put(as(Dictionary.class, top()), pairs);
    }
  }

  private void put(Dictionary dictionary, List<Object> pairs) throws IOException {
    if (pairs.size() % 2 != 0) {
      throw unreadable("a dictionary must have a value for every key, got an odd number", null);
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      dictionary.put(pairs.get(i), pairs.get(i + 1));
    }
  }

  private int int32() throws IOException {
    return Integer.reverseBytes(in.readInt());
  }

  private long int64() throws IOException {
    return Long.reverseBytes(in.readLong());
  }

  private Object integer(long length) throws IOException {
    byte[] bytes = bytes(length);
    if (bytes.length == 0) {
      return 0L;
    }
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    BigInteger value = new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long length) throws IOException {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private Object binary(long length) throws IOException {
    bytes(length);
    return new Foreign("bytes");
  }

  /** Reads bytes. {@code readNBytes} allocates no more than the stream has. */
  private byte[] bytes(long length) throws IOException {
    if (length < 0 || length > MAX_TEXT - text) {
      throw unreadable(
          "texts must have at most " + MAX_TEXT + " bytes in all, got one of " + length, null);
    }
    text += (int) length;
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      line.append((char) c);
      if (++text > MAX_TEXT) {
        throw unreadable("texts must have at most " + MAX_TEXT + " bytes in all, got more", null);
      }
    }
    return line.toString();
  }
}
