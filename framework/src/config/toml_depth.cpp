#include "config/toml_depth.hpp"

#include <vector>

namespace byolab {
namespace {

/// Counts levels without building anything: a bracket and each part of a key is one. What is no TOML
/// is counted somehow, and left to the parser.
class DepthScan {
 public:
  explicit DepthScan(std::string_view text) : text_(text) {}

  TooDeep run() {
    while (at_ < text_.size()) {
      step(text_[at_]);
      if (depth() > kDeepestToml) return {line_, static_cast<int>(at_ - line_begin_) + 1};
      ++at_;
    }
    return {};
  }

 private:
  /// A list or an inline table, and the key in it that is being given its value.
  struct Level {
    bool list = false;
    int key = 0;
  };

  int depth() const { return header_ + key_ + lists_ + keys_ + dots_; }

  void step(char letter) {
    switch (letter) {
      case '#':
        while (at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
        break;
      case '"':
      case '\'':
        skip_text(letter);
        break;
      case '\n':
        end_line();
        break;
      case '.':
        ++dots_;
        break;
      case '=':
        set_key(dots_ + 1);
        break;
      case ',':
        set_key(0);
        break;
      case '[':
      case '{':
        open(letter);
        break;
      case ']':
      case '}':
        close();
        break;
      default:
        break;
    }
    if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r') fresh_ = false;
  }

  void end_line() {
    ++line_;
    line_begin_ = at_ + 1;
    dots_ = 0;
    in_header_ = false;
    if (!levels_.empty()) return;
    key_ = 0;
    fresh_ = true;
  }

  void set_key(int parts) {
    dots_ = 0;
    if (levels_.empty()) {
      key_ = parts;
    } else {
      keys_ += parts - levels_.back().key;
      levels_.back().key = parts;
    }
  }

  void open(char letter) {
    dots_ = 0;
    if (letter == '[' && levels_.empty() && (fresh_ || in_header_)) {
      in_header_ = true;
      header_ = 0;
    } else {
      levels_.push_back({letter == '['});
      lists_ += levels_.back().list;
    }
  }

  void close() {
    if (in_header_) {
      header_ = dots_ > 0 || header_ == 0 ? dots_ + 1 : header_;  // [[a.b]] closes twice
      dots_ = 0;
    } else if (!levels_.empty()) {
      keys_ -= levels_.back().key;
      lists_ -= levels_.back().list;
      levels_.pop_back();
    }
  }

  /// To the last quotation mark of a text; of one that does not end, to the end of its line.
  void skip_text(char quote) {
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    const bool many_lines = text_.substr(at_, 3) == triple;
    at_ += many_lines ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && quote == '"') {
        ++at_;
      } else if (text_[at_] == '\n') {
        if (!many_lines) {
          --at_;
          return;
        }
        ++line_;
        line_begin_ = at_ + 1;
      } else if (many_lines ? text_.substr(at_, 3) == triple : text_[at_] == quote) {
        at_ += many_lines ? 2 : 0;
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, line_begin_ = 0;
  int line_ = 1;
  /// Parts of the header, of the line's key, of keys in levels, of the newest key; lists among the levels.
  int header_ = 0, key_ = 0, keys_ = 0, dots_ = 0, lists_ = 0;
  bool in_header_ = false, fresh_ = true;  ///< nothing has stood on this line yet
  std::vector<Level> levels_;
};

}  // namespace

TooDeep find_too_deep(std::string_view text) { return DepthScan(text).run(); }

}  // namespace byolab
