# cmake -DPROGRAM=… -DPAGE=… -P compare_page.cmake: what PROGRAM prints must be the file PAGE.
execute_process(COMMAND ${PROGRAM} OUTPUT_FILE generated_page.md RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ended with ${code}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files generated_page.md ${PAGE} RESULT_VARIABLE differs)
if(NOT differs EQUAL 0)
    message(FATAL_ERROR "${PAGE} is out of date; write it anew: ${PROGRAM} > ${PAGE}")
endif()
