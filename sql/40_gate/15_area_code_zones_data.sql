-- Made by scripts/build/zones.ts. A line: zones|states|reason|area codes.
insert into public.area_code_zones (area_code, zones, states, reason)
select code, string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table('
America/New_York|NJ||201 551 609 640 732 848 856 862 908 973
America/New_York|DC||202 771
America/New_York|CT||203 475 860 959
America/Chicago|AL||205 251 256 334 659 938
America/Los_Angeles|WA||206 253 360 425 509 564
America/New_York|ME||207
America/Boise,America/Los_Angeles|ID|Idaho: the panhandle is Pacific; no zone for the whole code|208
America/Los_Angeles|CA||209 213 279 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951
America/Chicago|TX||210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979
America/New_York|NY||212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934
America/New_York|PA||215 223 267 272 412 445 484 570 582 610 717 724 814 835 878
America/New_York|OH||216 220 234 283 326 330 380 419 440 513 567 614 740 937
America/Chicago|IL||217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872
America/Chicago|MN||218 320 507 612 651 763 952
America/Chicago|IN|north-west Indiana is Central; the package says New York|219
America/Chicago|LA||225 318 337 504 985
America/New_York|MD||227 240 301 410 443 667
America/Chicago|MS||228 601 662 769
America/New_York|GA||229 404 470 478 678 706 762 770 912 943
America/New_York|MI||231 248 269 313 517 586 616 734 810 947 989
America/Chicago|MO||235 314 417 557 573 636 660 816 975
America/New_York|FL||239 305 321 324 352 386 407 561 645 656 727 728 754 772 786 813 863 904 941 954
America/New_York|NC||252 336 472 704 743 828 910 919 980 984
America/New_York|IN||260 317 463 765
America/Chicago|WI||262 274 353 414 534 608 715 920
America/Chicago,America/New_York|KY|western Kentucky is Central, Elizabethtown Eastern|270
America/New_York|VA||276 434 540 571 686 703 757 804 826 948
America/New_York|DE||302
America/Denver|CO||303 719 720 748 970 983
America/New_York|WV||304 681
America/Denver|WY||307
America/Chicago,America/Denver|NE|the Nebraska panhandle is Mountain|308
America/Los_Angeles|CA|no name for the whole code|310
America/Chicago|KS||316 913
America/Chicago|IA||319 515 563 641 712
America/Chicago|AR||327 479 501 870
America/New_York|MA||339 351 413 508 617 774 781 857 978
America/St_Thomas|VI||340
America/Chicago,America/New_York|KY|overlay of 270|364
America/Denver|UT||385 435 801
America/New_York|RI||401
America/Chicago|NE||402 531
America/Chicago|OK||405 539 572 580 918
America/Denver|MT||406
America/Chicago,America/New_York|TN|Chattanooga and the north-east are Eastern, Sequatchie valley Central|423
America/New_York|OH|overlay of 440, not in the package|436
America/Chicago,America/New_York|FL|overlay of 850|448
America/Chicago|LA|overlay of 318, not in the package|457
America/Boise,America/Los_Angeles|OR|overlay of 541|458
America/Phoenix|AZ||480 520 602 623
America/New_York|KY||502 859
America/Los_Angeles|OR||503 971
America/Denver|NM||505 575
America/Boise,America/Los_Angeles|OR|Malheur County OR is Mountain|541
America/Chicago,America/Indiana/Indianapolis|IN|Starke County IN is Central|574
America/New_York|NH||603
America/Chicago,America/Denver|SD|South Dakota has two zones|605
America/Chicago,America/New_York|KY|Clinton County KY is Central|606
America/Chicago|TN||615 629 731 901 931
America/Chicago,America/Denver|KS|Greeley and Hamilton counties KS are Mountain|620
America/Chicago|TX|Houston overlay, not in the package|621
America/New_York|NY|overlay of 716, not in the package|624
Pacific/Saipan|MP||670
Pacific/Guam|GU||671
Pacific/Pago_Pago|AS||684
America/New_York|FL|Orlando overlay; the package says Chicago|689
America/Chicago,America/Denver|ND|south-west North Dakota is Mountain|701
America/Los_Angeles|NV||702 725
America/Chicago,America/New_York|TN|overlay of 423, not in the package|729
America/Denver,America/Los_Angeles|NV|West Wendover NV is Mountain|775
America/Chicago,America/Denver|KS|Sherman and Wallace counties KS are Mountain|785
America/Puerto_Rico|PR||787 939
America/New_York|VT||802
America/New_York|SC||803 821 839 843 854 864
Pacific/Honolulu|HI||808
America/Chicago,America/Indiana/Indianapolis|IN|Evansville is Central|812
America/Los_Angeles|CA|overlay of 530, not in the package|837
America/Chicago,America/New_York|FL|Florida panhandle: Pensacola Central, Tallahassee Eastern|850
America/Chicago|IL|overlay of 309, not in the package|861
America/New_York|TN||865
America/Detroit,America/Menominee|MI|four Michigan counties are Central|906
America/Adak,America/Anchorage|AK||907
America/Denver|TX||915
America/Denver,America/Phoenix|AZ|the Navajo Nation keeps DST|928
America/Chicago,America/Indiana/Indianapolis|IN|overlay of 812|930
America/Boise,America/Los_Angeles|ID||986
', '\n') line
cross join lateral regexp_split_to_array(line, '\|') part
cross join lateral regexp_split_to_table(part[4], ' ') code
where line <> '';

update public.state_rules r set zones = string_to_array(part[2], ',')
from regexp_split_to_table('AL|America/Chicago AK|America/Anchorage,America/Adak AZ|America/Phoenix,America/Denver AR|America/Chicago CA|America/Los_Angeles CO|America/Denver CT|America/New_York DE|America/New_York DC|America/New_York FL|America/New_York,America/Chicago GA|America/New_York HI|Pacific/Honolulu ID|America/Boise,America/Los_Angeles IL|America/Chicago IN|America/Indiana/Indianapolis,America/Chicago IA|America/Chicago KS|America/Chicago,America/Denver KY|America/Kentucky/Louisville,America/Chicago LA|America/Chicago ME|America/New_York MD|America/New_York MA|America/New_York MI|America/Detroit,America/Menominee MN|America/Chicago MS|America/Chicago MO|America/Chicago MT|America/Denver NE|America/Chicago,America/Denver NV|America/Los_Angeles,America/Denver NH|America/New_York NJ|America/New_York NM|America/Denver NY|America/New_York NC|America/New_York ND|America/Chicago,America/Denver OH|America/New_York OK|America/Chicago OR|America/Los_Angeles,America/Boise PA|America/New_York RI|America/New_York SC|America/New_York SD|America/Chicago,America/Denver TN|America/Chicago,America/New_York TX|America/Chicago,America/Denver UT|America/Denver VT|America/New_York VA|America/New_York WA|America/Los_Angeles WV|America/New_York WI|America/Chicago WY|America/Denver PR|America/Puerto_Rico VI|America/St_Thomas GU|Pacific/Guam MP|Pacific/Saipan AS|Pacific/Pago_Pago', ' ') item
cross join lateral regexp_split_to_array(item, '\|') part
where r.state = part[1];
