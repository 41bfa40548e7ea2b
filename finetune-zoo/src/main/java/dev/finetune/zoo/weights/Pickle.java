package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableSet;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parser of Python's pickles that executes nothing. A pickle names functions to call; only those
 * that PyTorch needs for dictionaries of tensors are accepted, and they are returned as data. Any
 * other name or operation is an error.
 *
 * <p>Source of the opcodes: Python's {@code pickletools}.
 */
final class Pickle {

  /** A function or class that a pickle names. */
  record Global(String name) {}

  /** A call of one of the known functions. */
  record Call(String function, List<Object> arguments) {}

  /** A reference to an object stored outside the pickle. */
  record Persistent(Object id) {}

  private static final String ORDERED_DICT = "collections.OrderedDict";
  static final String TENSOR = "torch._utils._rebuild_tensor_v2";
  static final String PARAMETER = "torch._utils._rebuild_parameter";

  private static final ImmutableSet<String> KNOWN =
      ImmutableSet.of(
          ORDERED_DICT,
          TENSOR,
          PARAMETER,
          "torch.FloatStorage",
          "torch.DoubleStorage",
          "torch.HalfStorage",
          "torch.BFloat16Storage",
          "torch.LongStorage");

  private static final Object MARK = new Object();
  private static final int MAX_TEXT = 1 << 20;

  private final DataInputStream in;
  private final String source;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(InputStream in, String source) {
    this.in = new DataInputStream(in);
    this.source = source;
  }

  /**
   * Reads the next object and leaves the stream positioned after it.
   *
   * @return a map, list, string, {@link Long}, {@link Double}, {@link Boolean} or {@link
   *     BigInteger}, {@link Optional#empty} for None, or one of this class's records
   * @throws IOException if the pickle is truncated or malformed, or uses other functions or
   *     operations than those of files of tensors
   */
  static Object read(InputStream in, String source) throws IOException {
    try {
      return new Pickle(in, source).run();
    } catch (EOFException e) {
      throw new IOException(source + ": the pickle is truncated", e);
    } catch (NoSuchElementException | ClassCastException | IndexOutOfBoundsException e) {
      throw new IOException(source + ": the pickle is malformed", e);
    }
  }

  private Object run() throws IOException {
    while (true) {
      int opcode = in.readUnsignedByte();
      if (opcode == '.') {
        return stack.pop();
      }
      if (!constant(opcode) && !collection(opcode) && !memory(opcode) && !function(opcode)) {
        throw new IOException(
            source
                + ": the pickle operation 0x"
                + Integer.toHexString(opcode)
                + " is not supported; files of tensors do not need it");
      }
    }
  }

  private boolean constant(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> in.readUnsignedByte(); // the protocol's version
      case 0x95 -> in.readLong(); // a frame's length
      case 'N' -> stack.push(Optional.empty());
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K' -> stack.push((long) in.readUnsignedByte());
      case 'M' -> stack.push((long) Short.toUnsignedInt(Short.reverseBytes(in.readShort())));
      case 'J' -> stack.push((long) Integer.reverseBytes(in.readInt()));
      case 'G' -> stack.push(in.readDouble());
      case 0x8a -> stack.push(integer(in.readUnsignedByte()));
      case 'X' -> stack.push(text(Integer.reverseBytes(in.readInt())));
      case 0x8c, 'U' -> stack.push(text(in.readUnsignedByte()));
      case 'T' -> stack.push(text(Integer.reverseBytes(in.readInt())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collection(int opcode) throws IOException {
    switch (opcode) {
      case '(' -> stack.push(MARK);
      case '}' -> stack.push(new LinkedHashMap<>());
      case ']' -> stack.push(new ArrayList<>());
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(toMark());
      case 0x85 -> stack.push(taken(1));
      case 0x86 -> stack.push(taken(2));
      case 0x87 -> stack.push(taken(3));
      case 'a' -> append(taken(1));
      case 'e' -> append(toMark());
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
      case 'q' -> memo.put(in.readUnsignedByte(), stack.peekFirst());
      case 'r' -> memo.put(Integer.reverseBytes(in.readInt()), stack.peekFirst());
      case 0x94 -> memo.put(memo.size(), stack.peekFirst());
      case 'h' -> stack.push(remembered(in.readUnsignedByte()));
      case 'j' -> stack.push(remembered(Integer.reverseBytes(in.readInt())));
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
        stack.push(global(module, line()));
      }
      case 0x93 -> {
        List<Object> names = taken(2);
        stack.push(global((String) names.get(0), (String) names.get(1)));
      }
      case 'Q' -> stack.push(new Persistent(stack.pop()));
      case 'R' -> {
        List<Object> arguments = list(stack.pop());
        stack.push(call((Global) stack.pop(), arguments));
      }
      case 'b' -> {
        // Attributes of a dictionary of tensors, such as versions.
        stack.pop();
        if (!(stack.peek() instanceof Map)) {
          throw new IOException(source + ": only dictionaries may have attributes in the pickle");
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private Global global(String module, String name) throws IOException {
    String whole = module + "." + name;
    if (!KNOWN.contains(whole)) {
      throw new IOException(
          source
              + ": the pickle must contain only dictionaries of tensors, got a reference to "
              + whole
              + ", which is refused because pickles can run code; write the file with"
              + " torch.save(model.state_dict(), path)");
    }
    return new Global(whole);
  }

  private static Object call(Global function, List<Object> arguments) {
    if (!function.name().equals(ORDERED_DICT)) {
      return new Call(function.name(), arguments);
    }
    Map<Object, Object> dictionary = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      list(arguments.get(0)).forEach(pair -> dictionary.put(list(pair).get(0), list(pair).get(1)));
    }
    return dictionary;
  }

  private Object remembered(int number) throws IOException {
    Object value = memo.get(number);
    if (value == null) {
      throw new IOException(source + ": the pickle refers to an object that it has not stored");
    }
    return value;
  }

  /** Removes the values above the mark and the mark, and returns the values in order. */
  private List<Object> toMark() {
    List<Object> values = new ArrayList<>();
    for (Object value = stack.pop(); value != MARK; value = stack.pop()) {
      values.add(value);
    }
    Collections.reverse(values);
    return values;
  }

  private List<Object> taken(int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(stack.pop());
    }
    Collections.reverse(values);
    return values;
  }

  private void append(List<Object> values) {
    list(stack.peek()).addAll(values);
  }

  @SuppressWarnings("unchecked") // all maps are created by this class
  private void put(List<Object> pairs) {
    Map<Object, Object> map = (Map<Object, Object>) stack.element();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      map.put(pairs.get(i), pairs.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // all lists are created by this class
  private static List<Object> list(@Nullable Object value) {
    return (List<Object>) Objects.requireNonNull(value);
  }

  private Object integer(int length) throws IOException {
    byte[] bytes = bytes(length);
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    BigInteger value = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(int length) throws IOException {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int length) throws IOException {
    if (length < 0 || length > MAX_TEXT) {
      throw new IOException(
          source
              + ": a text in the pickle must have at most "
              + MAX_TEXT
              + " bytes, got "
              + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      line.append((char) c);
      if (line.length() > MAX_TEXT) {
        throw new IOException(
            source + ": a name in the pickle must have at most " + MAX_TEXT + " characters");
      }
    }
    return line.toString();
  }
}
