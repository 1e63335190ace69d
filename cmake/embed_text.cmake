# cmake -DOUTPUT=x.cpp -DFILE=a.txt -DHEADER=room/a.hpp -DSPACE=aifp::room -DNAME=a_text -P embed_text.cmake
# Turns a text file into a .cpp that defines the function NAME, which the header declares: the text as
# a std::string_view, in pieces that every compiler takes as one literal.
file(READ "${FILE}" text)
string(LENGTH "${text}" length)
set(pieces "")
set(begin 0)
while(begin LESS length)
  string(SUBSTRING "${text}" ${begin} 8000 piece)
  string(LENGTH "${piece}" taken)
  string(APPEND pieces "        R\"embedded(${piece})embedded\"\n")
  math(EXPR begin "${begin} + ${taken}")
endwhile()
file(WRITE "${OUTPUT}" "// Made from ${FILE} by embed_text.cmake.
#include \"${HEADER}\"

namespace ${SPACE} {

std::string_view ${NAME}() noexcept {
    static constexpr std::string_view kText =
${pieces}        ;
    return kText;
}

}  // namespace ${SPACE}
")
